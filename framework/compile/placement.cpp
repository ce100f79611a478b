// SPDX-License-Identifier: MIT
#include "compile/placement.hpp"

#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <numeric>
#include <utility>

namespace glia::compile {
namespace {

constexpr std::size_t most_for_fiedler = 1500;  // neurons; beyond, its eigenvectors take too long
constexpr int sweeps = 60;
constexpr int annealing_steps = 60000;

/// For each layer, its neurons from left to right.
using Orders = std::vector<std::vector<std::int64_t>>;

/// All neurons, the inputs first, and who is connected with whom.
struct Graph {
  std::vector<std::int64_t> sizes;   // of the layers
  std::vector<std::size_t> offsets;  // of each layer's first neuron
  std::vector<std::vector<std::size_t>> neighbours;

  explicit Graph(const DenseNetwork& network) {
    sizes.push_back(network.in());
    for (const DenseLayer& layer : network.layers) sizes.push_back(layer.out);
    offsets.push_back(0);
    for (const std::int64_t size : sizes) {
      offsets.push_back(offsets.back() + static_cast<std::size_t>(size));
    }
    neighbours.resize(offsets.back());
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const DenseLayer& layer = network.layers[l];
      for (std::int64_t i = 0; i < layer.out; ++i) {
        for (std::int64_t j = 0; j < layer.in; ++j) {
          if (layer.at(i, j) == 0) continue;
          const std::size_t a = offsets[l] + static_cast<std::size_t>(j);
          const std::size_t b = offsets[l + 1] + static_cast<std::size_t>(i);
          neighbours[a].push_back(b);
          neighbours[b].push_back(a);
        }
      }
    }
  }

  std::size_t count() const { return neighbours.size(); }
  std::size_t layers() const { return sizes.size(); }
  std::int64_t widest() const { return *std::max_element(sizes.begin(), sizes.end()); }
};

/// The layers' orders, given a rank for every neuron.
template <class T>
Orders by_rank(const Graph& graph, const std::vector<T>& rank) {
  Orders orders;
  for (std::size_t l = 0; l < graph.layers(); ++l) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(graph.sizes[l]));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
      return rank[graph.offsets[l] + static_cast<std::size_t>(a)] <
             rank[graph.offsets[l] + static_cast<std::size_t>(b)];
    });
    orders.push_back(std::move(order));
  }
  return orders;
}

Slots slots_of(const Graph& graph, const Orders& orders) {
  Slots slots;
  const std::int64_t widest = graph.widest();
  for (std::size_t l = 0; l < orders.size(); ++l) {
    const std::int64_t n = graph.sizes[l];
    std::vector<std::int64_t> own(orders[l].size());
    for (std::int64_t k = 0; k < n; ++k) {
      own[static_cast<std::size_t>(orders[l][static_cast<std::size_t>(k)])] =
          (2 * k + 1) * widest / (2 * n);
    }
    slots.push_back(std::move(own));
  }
  return slots;
}

std::vector<std::size_t> distances(const Graph& graph, std::size_t from) {
  constexpr auto unseen = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> distance(graph.count(), unseen);
  std::deque<std::size_t> queue{from};
  distance[from] = 0;
  while (!queue.empty()) {
    const std::size_t u = queue.front();
    queue.pop_front();
    for (const std::size_t v : graph.neighbours[u]) {
      if (distance[v] != unseen) continue;
      distance[v] = distance[u] + 1;
      queue.push_back(v);
    }
  }
  return distance;
}

/// The far end of a component, with few neighbours.
std::size_t far_end(const Graph& graph, std::size_t start) {
  for (int pass = 0; pass < 4; ++pass) {
    const auto distance = distances(graph, start);
    std::size_t best = start;
    for (std::size_t v = 0; v < graph.count(); ++v) {
      if (distance[v] == std::numeric_limits<std::size_t>::max()) continue;
      const auto fan = [&](std::size_t u) { return graph.neighbours[u].size(); };
      if (distance[v] > distance[best] || (distance[v] == distance[best] && fan(v) < fan(best))) {
        best = v;
      }
    }
    start = best;
  }
  return start;
}

Orders cuthill_mckee(const Graph& graph) {
  std::vector<std::size_t> rank(graph.count()), starts(graph.count());
  std::vector<bool> seen(graph.count());
  std::iota(starts.begin(), starts.end(), std::size_t{0});
  const auto fewer = [&](std::size_t a, std::size_t b) {
    return graph.neighbours[a].size() < graph.neighbours[b].size();
  };
  std::stable_sort(starts.begin(), starts.end(), fewer);
  std::size_t next = 0;
  for (const std::size_t start : starts) {
    if (seen[start]) continue;
    std::deque<std::size_t> queue{far_end(graph, start)};
    seen[queue.front()] = true;
    while (!queue.empty()) {
      const std::size_t u = queue.front();
      queue.pop_front();
      rank[u] = graph.count() - next++;
      std::vector<std::size_t> heard = graph.neighbours[u];
      std::stable_sort(heard.begin(), heard.end(), fewer);
      for (const std::size_t v : heard) {
        if (!seen[v]) seen[v] = true, queue.push_back(v);
      }
    }
  }
  return by_rank(graph, rank);
}

/// By the eigenvector of the graph's Laplacian with the second smallest eigenvalue (Fiedler, 1973).
Orders fiedler(const Graph& graph) {
  const auto n = static_cast<std::int64_t>(graph.count());
  const at::Tensor laplacian = at::zeros({n, n}, at::kDouble);
  auto* l = laplacian.data_ptr<double>();
  for (std::int64_t u = 0; u < n; ++u) {
    const auto& heard = graph.neighbours[static_cast<std::size_t>(u)];
    l[u * n + u] = static_cast<double>(heard.size());
    for (const std::size_t v : heard) l[u * n + static_cast<std::int64_t>(v)] = -1;
  }
  const at::Tensor vector = std::get<1>(at::linalg_eigh(laplacian)).select(1, 1).contiguous();
  return by_rank(graph,
                 std::vector<double>(vector.data_ptr<double>(), vector.data_ptr<double>() + n));
}

/// Sets each neuron midway between its outermost neighbours, layer by layer, up and down; the best
/// orders on the way.
Orders swept(const Graph& graph, const DenseNetwork& network, Orders orders) {
  Orders best = orders;
  std::int64_t best_reach = reach_of(network, slots_of(graph, best));
  std::vector<double> place(graph.count());
  const auto put = [&](std::size_t l) {
    for (std::size_t k = 0; k < orders[l].size(); ++k) {
      place[graph.offsets[l] + static_cast<std::size_t>(orders[l][k])] =
          (static_cast<double>(k) + 0.5) / static_cast<double>(orders[l].size());
    }
  };
  for (std::size_t l = 0; l < graph.layers(); ++l) put(l);
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t step = 0; step < graph.layers(); ++step) {
      const std::size_t l = sweep % 2 == 1 ? step : graph.layers() - 1 - step;
      std::vector<double> middle(graph.count());
      for (std::size_t v = graph.offsets[l]; v < graph.offsets[l + 1]; ++v) {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const std::size_t u : graph.neighbours[v]) {
          low = std::min(low, place[u]), high = std::max(high, place[u]);
        }
        middle[v] = low <= high ? (low + high) / 2 : place[v];
      }
      orders[l] = by_rank(graph, middle)[l];
      put(l);
      const std::int64_t reach = reach_of(network, slots_of(graph, orders));
      if (reach < best_reach) best_reach = reach, best = orders;
    }
  }
  return best;
}

/// Swaps neurons of a layer; length^4 stands for the longest connection, which is no smooth cost.
Orders annealed(const Graph& graph, const Orders& orders, std::uint64_t seed) {
  RandomStream random(seed, "placement", 0);
  std::vector<double> place(graph.count());
  for (std::size_t l = 0; l < graph.layers(); ++l) {
    const double step = static_cast<double>(graph.widest()) / static_cast<double>(graph.sizes[l]);
    for (std::size_t k = 0; k < orders[l].size(); ++k) {
      place[graph.offsets[l] + static_cast<std::size_t>(orders[l][k])] =
          (static_cast<double>(k) + 0.5) * step;
    }
  }
  const auto cost = [&](std::size_t v) {
    double sum = 0;
    for (const std::size_t u : graph.neighbours[v]) {
      const double length = place[v] - place[u], square = length * length;
      sum += square * square;
    }
    return sum;
  };
  double heat = 0;
  for (std::size_t v = 0; v < graph.count(); ++v) heat += cost(v);
  heat *= 0.1 / static_cast<double>(graph.count());
  const double cooling = 1 - 8.0 / annealing_steps;
  for (int step = 0; step < annealing_steps; ++step, heat *= cooling) {
    const std::size_t l = random.below(graph.layers());
    const auto size = static_cast<std::uint64_t>(graph.sizes[l]);
    const std::size_t a = graph.offsets[l] + random.below(size);
    const std::size_t b = graph.offsets[l] + random.below(size);
    const double chance = random.uniform();
    if (a == b) continue;
    const double before = cost(a) + cost(b);
    std::swap(place[a], place[b]);
    const double after = cost(a) + cost(b);
    if (after > before && chance > std::exp((before - after) / heat)) std::swap(place[a], place[b]);
  }
  return by_rank(graph, place);
}

}  // namespace

std::int64_t reach_of(const DenseNetwork& network, const Slots& slots) {
  std::int64_t reach = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const DenseLayer& layer = network.layers[l];
    for (std::int64_t i = 0; i < layer.out; ++i) {
      for (std::int64_t j = 0; j < layer.in; ++j) {
        if (layer.at(i, j) == 0) continue;
        reach = std::max(reach, std::abs(slots[l + 1][static_cast<std::size_t>(i)] -
                                         slots[l][static_cast<std::size_t>(j)]));
      }
    }
  }
  return reach;
}

std::int64_t least_reach(const DenseNetwork& network) {
  std::size_t fan = 0;
  const Graph graph(network);
  for (std::size_t v = 0; v < graph.count(); ++v) {
    std::size_t before = 0;
    for (const std::size_t u : graph.neighbours[v]) before += u < v;
    fan = std::max({fan, before, graph.neighbours[v].size() - before});
  }
  return static_cast<std::int64_t>(fan / 2);
}

Placement place(const DenseNetwork& network, std::uint64_t seed) {
  const Graph graph(network);
  std::vector<std::pair<Orders, std::string>> tried;
  std::vector<std::int64_t> as_given(graph.count());
  std::iota(as_given.begin(), as_given.end(), 0);
  tried.emplace_back(by_rank(graph, as_given), "as given");
  tried.emplace_back(cuthill_mckee(graph), "reverse Cuthill-McKee");
  if (graph.count() <= most_for_fiedler) tried.emplace_back(fiedler(graph), "Fiedler");
  for (std::size_t k = 1, first = tried.size(); k < first; ++k) {
    tried.emplace_back(swept(graph, network, tried[k].first), tried[k].second + ", sweeps");
  }
  const auto best = [&] {
    std::size_t at = 0;
    std::int64_t reach = std::numeric_limits<std::int64_t>::max();
    for (std::size_t k = 0; k < tried.size(); ++k) {
      const std::int64_t own = reach_of(network, slots_of(graph, tried[k].first));
      if (own < reach) reach = own, at = k;
    }
    return std::pair{at, reach};
  };
  const std::size_t start = best().first;
  tried.emplace_back(annealed(graph, tried[start].first, seed),
                     tried[start].second + ", annealing");
  const auto [at, reach] = best();
  return {slots_of(graph, tried[at].first), reach, tried[at].second};
}

}  // namespace glia::compile
