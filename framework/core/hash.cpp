// SPDX-License-Identifier: MIT
#include "core/hash.hpp"

#include "core/file_pieces.hpp"

#include <glia/sdk/error.hpp>

#include <openssl/evp.h>

namespace glia {

namespace {

/// Fetched once: EVP_sha256() looks it up in OpenSSL's tables at every start, which costs more than a short text.
const EVP_MD* sha256() {
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

void begin(EVP_MD_CTX* context) {
  if (!context || EVP_DigestInit_ex2(context, sha256(), nullptr) != 1) {
    throw Error(ErrorCode::internal, "OpenSSL offers no SHA-256");
  }
}

std::string end(EVP_MD_CTX* context) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context, digest, &size);
  std::string text(2 * std::size_t{size}, '0');
  for (unsigned i = 0; i < size; ++i) {
    text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { begin(state_->context); }

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::hex() { return end(state_->context); }

std::string sha256_hex(std::string_view bytes) {
  // One for many texts: to make it takes longer than a short text.
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  begin(context.get());
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  return end(context.get());
}

std::string sha256_of_file(const std::string& path) {
  Sha256 hash;
  each_piece(path, [&](std::string_view bytes) { hash.update(bytes); });
  return hash.hex();
}

}  // namespace glia
