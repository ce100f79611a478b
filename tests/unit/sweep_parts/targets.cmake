set(components sweep)
