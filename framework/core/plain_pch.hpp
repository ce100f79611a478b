// SPDX-License-Identifier: MIT
// Precompiled: what cold components without LibTorch read in most of their files.
#pragma once

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
