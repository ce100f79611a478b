// SPDX-License-Identifier: MIT
#include "graph/serial_runner.hpp"

#include "graph/ledger.hpp"

namespace glia::graph {

RunReport run_serial(const GraphPlan& plan, Range range, const StopRequest& stop) {
  plan.check();
  Ledger ledger(plan, range);
  while (const auto number = ledger.issue(stop)) {
    Message message(*number, plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) ledger.run_guarded(i, message);
    ledger.retire();
  }
  return ledger.close();
}

}  // namespace glia::graph
