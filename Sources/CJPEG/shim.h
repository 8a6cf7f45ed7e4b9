#pragma once
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

// The library leaves by a jump where a picture is damaged, which Swift cannot cross: so reading and
// writing a whole picture are here.
struct civicloop_jpeg_error {
  struct jpeg_error_mgr manager;
  jmp_buf way_out;
};
static void civicloop_jpeg_leave(j_common_ptr info) {
  longjmp(((struct civicloop_jpeg_error *)info->err)->way_out, 1);
}
static void civicloop_jpeg_say_nothing(j_common_ptr info) { (void)info; }
static inline struct jpeg_error_mgr *civicloop_jpeg_errors(struct civicloop_jpeg_error *error) {
  struct jpeg_error_mgr *manager = jpeg_std_error(&error->manager);
  manager->error_exit = civicloop_jpeg_leave;
  manager->output_message = civicloop_jpeg_say_nothing;
  return manager;
}
static inline void civicloop_jpeg_free(unsigned char *bytes) { free(bytes); }

// How many points the head of a picture says it has; 0 where it cannot be read.
static inline size_t civicloop_jpeg_points(const unsigned char *bytes, size_t count) {
  struct jpeg_decompress_struct info;
  struct civicloop_jpeg_error error;
  info.err = civicloop_jpeg_errors(&error);
  if (setjmp(error.way_out)) {
    jpeg_destroy_decompress(&info);
    return 0;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  size_t points = (size_t)info.image_width * info.image_height;
  jpeg_destroy_decompress(&info);
  return points;
}

// Blue, green, red and one unused byte a point; NULL where it is no picture of at most so many
// points. The caller frees it.
static inline unsigned char *civicloop_jpeg_read(
    const unsigned char *bytes, size_t count, size_t points_max, int *width, int *height) {
  struct jpeg_decompress_struct info;
  struct civicloop_jpeg_error error;
  unsigned char *volatile points = NULL;
  info.err = civicloop_jpeg_errors(&error);
  if (setjmp(error.way_out)) {
    jpeg_destroy_decompress(&info);
    free(points);
    return NULL;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_EXT_BGRX;
  jpeg_start_decompress(&info);
  size_t row = (size_t)info.output_width * 4;
  if ((size_t)info.output_width * info.output_height <= points_max) {
    points = (unsigned char *)malloc(row * info.output_height);
  }
  if (!points) {
    jpeg_destroy_decompress(&info);
    return NULL;
  }
  while (info.output_scanline < info.output_height) {
    JSAMPROW line = points + row * info.output_scanline;
    jpeg_read_scanlines(&info, &line, 1);
  }
  *width = (int)info.output_width;
  *height = (int)info.output_height;
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return points;
}

// A JPEG of such points; NULL where there is no memory. The caller frees it.
static inline unsigned char *civicloop_jpeg_write(
    const unsigned char *points, int width, int height, int quality, size_t *count) {
  struct jpeg_compress_struct info;
  struct civicloop_jpeg_error error;
  unsigned char *bytes = NULL;
  unsigned long length = 0;
  info.err = civicloop_jpeg_errors(&error);
  if (setjmp(error.way_out)) {
    jpeg_destroy_compress(&info);
    return NULL;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &bytes, &length);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 4;
  info.in_color_space = JCS_EXT_BGRX;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW line = (JSAMPROW)(points + (size_t)width * 4 * info.next_scanline);
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *count = length;
  return bytes;
}
