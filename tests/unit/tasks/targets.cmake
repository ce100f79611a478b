set(components plugin)
add_dependencies(${target} plugin_cartpole plugin_catch plugin_futility plugin_delayed_match)
