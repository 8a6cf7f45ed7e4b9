#pragma once
// The checks of types are macros of their own; the wrappers below have types already.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// Swift sees no C variadics.
typedef size_t (*civicloop_curl_write)(char *data, size_t size, size_t count, void *context);

static inline CURLcode civicloop_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode civicloop_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode civicloop_curl_set_address(CURL *handle, CURLU *address) {
  return curl_easy_setopt(handle, CURLOPT_CURLU, address);
}
static inline CURLcode civicloop_curl_set_write(
    CURL *handle, civicloop_curl_write write, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, write);
  return code ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}
static inline CURLcode civicloop_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode civicloop_curl_set_headers(CURL *handle, struct curl_slist *headers) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}
// The library copies the bytes, so that they need not stay.
static inline CURLcode civicloop_curl_set_body(CURL *handle, const void *bytes, long count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}
