// SPDX-License-Identifier: MIT
// How a node is written into a resolved file: what kinds of nodes have in common. Written by hand:
// the parser's own formatter sorts keys and puts nested tables where we do not want them, and would
// need the document that we no longer have.
#pragma once

#include "config/host_tables.hpp"
#include "config/pipeline.hpp"

#include <string>

namespace glia::config {

/// "key = value", a line; the key in quotes unless TOML takes it bare.
std::string toml_line(const std::string& key, const Value& value);

/// The host's keys of a node, in the order of their declaration; without those whose default
/// follows from elsewhere and that nobody has set.
std::string host_lines(const Node& node, const ValueMap& values);

/// The parameters of a plugin.
std::string plugin_lines(const PluginUse& use);

/// "a = 1, b = 2": what stands in an inline table, values in the order of their declaration, then
/// what else there is.
std::string inline_settings(const HostTable& host, ValueMap values);

/// "NAME = { a = 1, b = 2 }": values in the order of their declaration, then what else there is.
std::string inline_table(const HostTable& host, ValueMap values);
std::string train_line(const TrainSpec& train);

/// How often a pattern repeats, its flags, and its steps.
std::string block_lines(const Block& block);

/// A node of a kind that is described by its table alone.
std::string table_node_lines(const TableNode& node);

}  // namespace glia::config
