// SPDX-License-Identifier: MIT
// Who may ask.
#pragma once

#include <string>

namespace glia::serve {

/// 192 bits of the system's chance as 48 hexadecimal digits.
std::string random_token();

/// Why a token that a user chose is none, or "": at least 32 letters, digits, '-' or '_'.
std::string token_problem(const std::string& token);

/// Whether both are the same, in a time that tells nothing of where they differ.
bool same_token(const std::string& given, const std::string& token);

/// Whether a request for this host may be meant for a server that listens on `listens_on`: by the
/// names of the loopback address or that one; where it listens on all addresses, by any address, as
/// only names can be made to lead here by others (DNS rebinding), and by the machine's own name.
bool host_is_ours(const std::string& host_header, const std::string& listens_on);

/// Whether nobody outside the machine reaches it.
bool is_loopback(const std::string& host);

/// Name or address and port, as in a URL: "[::1]:80".
std::string authority(const std::string& host, unsigned port);

/// A text as a value in the query of a URL.
std::string url_encoded(const std::string& text);

}  // namespace glia::serve
