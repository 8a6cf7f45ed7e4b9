#pragma once
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros that Swift does not see.
static inline int civicloop_ssl_host_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline int civicloop_ssl_minimum(SSL_CTX *context) {
  return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
static inline void civicloop_openssl_free(void *bytes) { OPENSSL_free(bytes); }

// A builder of keys keeps the addresses of names and bytes that it is given, which Swift's
// conversions do not keep alive: so keys are made here.
static inline EVP_PKEY *civicloop_openssl_key(const char *form, OSSL_PARAM_BLD *builder) {
  OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, form, NULL);
  EVP_PKEY *key = NULL;
  if (parameters && context && EVP_PKEY_fromdata_init(context) == 1) {
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  }
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  return key;
}
// A public RSA key, its numbers with the highest byte first; NULL where they are none.
static inline EVP_PKEY *civicloop_openssl_rsa(
    const unsigned char *modulus, int modulus_count, const unsigned char *exponent,
    int exponent_count) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  BIGNUM *n = BN_bin2bn(modulus, modulus_count, NULL);
  BIGNUM *e = BN_bin2bn(exponent, exponent_count, NULL);
  EVP_PKEY *key = NULL;
  if (builder && n && e && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1
      && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
    key = civicloop_openssl_key("RSA", builder);
  }
  BN_free(n);
  BN_free(e);
  OSSL_PARAM_BLD_free(builder);
  return key;
}
// A public key on P-256 from its point as 0x04, x, y; NULL where it is none.
static inline EVP_PKEY *civicloop_openssl_p256(const unsigned char *point, int count) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  EVP_PKEY *key = NULL;
  if (builder
      && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1
      && OSSL_PARAM_BLD_push_octet_string(
             builder, OSSL_PKEY_PARAM_PUB_KEY, point, (size_t)count) == 1) {
    key = civicloop_openssl_key("EC", builder);
  }
  OSSL_PARAM_BLD_free(builder);
  return key;
}
// SM2 with SM3, and the name of the signer that GB/T 35276 gives where there is no other.
static inline EVP_PKEY *civicloop_openssl_sm2(
    const unsigned char *secret, const unsigned char *point, size_t point_count) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  BIGNUM *number = secret ? BN_bin2bn(secret, 32, NULL) : NULL;
  EVP_PKEY *key = NULL;
  if (builder && (number || !secret)
      && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1
      && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, point_count) == 1
      && (!number || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1)) {
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    if (parameters && context && EVP_PKEY_fromdata_init(context) == 1) {
      EVP_PKEY_fromdata(
          context, &key, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parameters);
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
  }
  BN_clear_free(number);
  OSSL_PARAM_BLD_free(builder);
  return key;
}
// A new key: 32 bytes of secret, 65 of its point; 0 where the library has no SM2.
static inline int civicloop_openssl_sm2_make(unsigned char *secret, unsigned char *point) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
  EVP_PKEY *key = NULL;
  BIGNUM *number = NULL;
  size_t count = 0;
  int done = context && EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_keygen(context, &key) == 1
      && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1
      && BN_bn2binpad(number, secret, 32) == 32
      && EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, 65, &count) == 1
      && count == 65;
  BN_clear_free(number);
  EVP_PKEY_free(key);
  EVP_PKEY_CTX_free(context);
  return done;
}
static inline EVP_MD_CTX *civicloop_openssl_sm2_context(EVP_PKEY *key, int signs) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *details = NULL;
  int done = context && key
      && (signs ? EVP_DigestSignInit(context, &details, EVP_sm3(), NULL, key)
                : EVP_DigestVerifyInit(context, &details, EVP_sm3(), NULL, key)) == 1
      && EVP_PKEY_CTX_set1_id(details, "1234567812345678", 16) == 1;
  if (done) return context;
  EVP_MD_CTX_free(context);
  return NULL;
}
// Signs: the bytes of the signature, 0 where it cannot be. `signature` has room for 72.
static inline size_t civicloop_openssl_sm2_sign(
    EVP_PKEY *key, const unsigned char *text, size_t count, unsigned char *signature) {
  EVP_MD_CTX *context = civicloop_openssl_sm2_context(key, 1);
  size_t written = 72;
  int done = context && EVP_DigestSign(context, signature, &written, text, count) == 1;
  EVP_MD_CTX_free(context);
  return done ? written : 0;
}
static inline int civicloop_openssl_sm2_verify(
    EVP_PKEY *key, const unsigned char *text, size_t count, const unsigned char *signature,
    size_t signature_count) {
  EVP_MD_CTX *context = civicloop_openssl_sm2_context(key, 0);
  int done = context
      && EVP_DigestVerify(context, signature, signature_count, text, count) == 1;
  EVP_MD_CTX_free(context);
  return done;
}
