#pragma once
#include <microhttpd.h>
#include <sys/socket.h>

// Swift does not see C variadics; these wrappers name the few calls that need them.

struct civicloop_http_callbacks {
  void *context;
  MHD_AcceptPolicyCallback accept;
  MHD_AccessHandlerCallback access;
  MHD_NotifyConnectionCallback connection;
  MHD_RequestCompletedCallback completed;
  void *(*target)(void *context, const char *uri, struct MHD_Connection *connection);
};

// TURBO matters beyond speed: without it the library shuts a socket down before closing it, and
// an event stream that was handed to another thread by dup() would die with it.
static inline struct MHD_Daemon *civicloop_http_start(
    int listener, unsigned int threads, unsigned int connections, size_t memory,
    const struct civicloop_http_callbacks *calls) {
  unsigned int flags = MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD |
                       MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
  return MHD_start_daemon(
      flags, 0, calls->accept, calls->context, calls->access, calls->context,
      MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
      MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0u,
      MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_NOTIFY_CONNECTION, calls->connection, calls->context,
      MHD_OPTION_NOTIFY_COMPLETED, calls->completed, calls->context,
      MHD_OPTION_URI_LOG_CALLBACK, calls->target, calls->context,
      MHD_OPTION_END);
}

static inline int civicloop_http_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *civicloop_http_peer(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info ? info->client_addr : 0;
}

static inline void *civicloop_http_socket_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : 0;
}

static inline size_t civicloop_http_header_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}
