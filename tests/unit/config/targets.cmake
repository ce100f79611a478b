# Kinds of nodes are declared in graph, optimizers and metrics in train.
set(components train)
