// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <exception>
#include <string>
#include <vector>

namespace glia {

/// Whose fault it is, and so which exit code the program ends with.
enum class ErrorCode {
  usage,          ///< the command line
  configuration,  ///< the pipeline file or an override
  plugin,         ///< a plugin that cannot be loaded
  data,           ///< data that is missing or damaged
  shape,          ///< widths or types that do not fit
  io,             ///< reading or writing files, disk full
  numeric,        ///< NaN or infinity
  interrupted,    ///< stopped on request; can be resumed
  resume,         ///< going on is refused: the settings differ from those of the run
  internal        ///< a defect of the program or of a plugin
};

/// The one exception of the program: what went wrong, what to do, and where.
///
/// Layers that know more add it on the way up with `within()`; nothing is lost. Plugins throw it
/// too; its type information lives in libglia, so it can be caught across libraries.
class GLIA_API Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, std::string hint = {});
  Error(const Error&);
  Error& operator=(const Error&);
  ~Error() override;

  /// Adds where it happened; innermost first ("node 'latent', message 17").
  Error& within(std::string place);

  ErrorCode code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& hint() const noexcept { return hint_; }
  const std::vector<std::string>& places() const noexcept { return places_; }

  /// Message, places and hint in one text.
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  void compose();

  ErrorCode code_;
  std::string message_;
  std::string hint_;
  std::vector<std::string> places_;
  std::string text_;
};

}  // namespace glia
