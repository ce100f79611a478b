// SPDX-License-Identifier: MIT
#pragma once

#include "core/catalog.hpp"
#include "graph/stages.hpp"
#include "sweep/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace glia::sweep {

/// The parts of a plan, with this program's own build: what every worker has to be made of and
/// every trial has to read, from the first to the last.
std::map<std::string, std::string> build_parts(const Plan& plan);

/// "1.0.0, build 0123456789abcdef": version and hash of the library that a plugin lies in.
std::string build_of(const CatalogEntry& plugin);

/// Error (plugin) names every part that this process has of another build, as its file was replaced
/// while the sweep ran.
void require_parts(const std::map<std::string, std::string>& parts, const Catalog& catalog);

/// Notes what the files of a load stage hold among the parts of a plan: as "data of NAME", or as
/// "data of NAME (2)" where other trials read other files.
void note_data(std::map<std::string, std::string>& parts, const graph::Stage& load);

/// Error (data) names a data set of the trial's pipeline whose files are none of those that the sweep
/// was planned with, and which of them was changed last, where its parameters say: its trial would not
/// compare with the others.
void require_data(const std::vector<graph::Stage>& stages,
                  const std::map<std::string, std::string>& parts,
                  const config::PipelineSpec& spec);

}  // namespace glia::sweep
