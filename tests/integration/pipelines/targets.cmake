set(components core)
