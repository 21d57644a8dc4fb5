"""`kg serve`: a graph over HTTP, for reading only.

    request ──app──▶ protocol, negotiation ──pool──▶ worker process (store) ──▶ answer, in pieces

The server itself never evaluates a query. That is done by processes of its own, each with the store open
for reading; one that takes longer than the time limit is killed and another takes its place, because
a query in pyoxigraph cannot be stopped otherwise.

| module           | does                                                                                    |
| ---              | ---                                                                                     |
| `app`            | the routes                                                                              |
| `protocol`       | SPARQL 1.1 Protocol and Graph Store Protocol: what a request asks for                   |
| `negotiation`    | which format the client wants                                                           |
| `pool`           | worker processes: handing out, time limits, replacing                                   |
| `frames`         | how server and workers talk                                                             |
| `worker`         | the worker's side                                                                       |
| `answers`        | a request's answer from the store                                                       |
| `neighbourhood`  | nodes, their neighbours and evidence, for the explorer                                  |
"""
