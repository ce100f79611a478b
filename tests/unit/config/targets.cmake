# Kinds of nodes are declared in graph.
set(components graph)
