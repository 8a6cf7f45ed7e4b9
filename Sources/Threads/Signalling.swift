import Glibc

/// A mutex with a condition, for threads that wait for work.
///
/// Sendable by hand: the two pthread values live at fixed addresses and are only used through their
/// own calls.
package final class Signalling: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` while no other thread is inside.
  package func locked<Answer>(_ body: () -> Answer) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Call inside `locked`.
  package func wait() { pthread_cond_wait(condition, mutex) }

  /// Call inside `locked`; returns after `milliseconds` at the latest.
  package func wait(milliseconds: Int) {
    _ = wait(microseconds: milliseconds * 1_000)
  }

  /// Call inside `locked`.
  ///
  /// - Returns: false where the time passed without a wake-up.
  package func wait(microseconds: Int) -> Bool {
    var until = timespec()
    clock_gettime(CLOCK_MONOTONIC, &until)
    let nanoseconds = until.tv_nsec + (microseconds % 1_000_000) * 1_000
    until.tv_sec += microseconds / 1_000_000 + nanoseconds / 1_000_000_000
    until.tv_nsec = nanoseconds % 1_000_000_000
    return pthread_cond_timedwait(condition, mutex, &until) == 0
  }

  /// Wakes one that waits, or all.
  package func wakeOne() { pthread_cond_signal(condition) }
  package func wakeAll() { pthread_cond_broadcast(condition) }
}
