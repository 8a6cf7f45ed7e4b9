#pragma once
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// epoll_event is packed and holds a union: Swift reaches it through these.
static inline int civicloop_epoll_change(int poll, int operation, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.fd = fd}};
  return epoll_ctl(poll, operation, fd, &event);
}
static inline int civicloop_event_descriptor(const struct epoll_event *event) {
  return event->data.fd;
}
static inline uint32_t civicloop_event_flags(const struct epoll_event *event) {
  return event->events;
}
