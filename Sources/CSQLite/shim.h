#pragma once
#include <sqlite3.h>

/* Variadic calls that Swift cannot import. */

/* Leaves out SQLite's count of its memory, for which every allocation of every thread takes one lock.
   Takes effect only before the first connection of the process; later it is refused, and nothing changes. */
static inline int civicloop_leave_out_memory_count(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* The destructor constant is a cast that Swift cannot import. */
static inline int civicloop_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}
static inline int civicloop_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
