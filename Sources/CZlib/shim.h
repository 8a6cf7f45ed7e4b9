#pragma once
#include <zlib.h>

// zlib's init functions are macros, which Swift does not see. 31 = 15 bits of window, with the
// gzip header; 47 = the same, header found by itself.
static inline int civicloop_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}
static inline int civicloop_inflate_init(z_stream *stream) { return inflateInit2(stream, 31); }
