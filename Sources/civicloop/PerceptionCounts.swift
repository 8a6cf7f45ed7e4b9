import City
import Engine
import StoreObservations

extension PerceptionService {
  /// Counters of perception, as Prometheus reads them.
  var prometheus: [UInt8] {
    var text = """
      # TYPE civicloop_observations_accepted_total counter
      civicloop_observations_accepted_total \(perception.accepted)
      # TYPE civicloop_observations_unsealed gauge
      civicloop_observations_unsealed \(store.unsealed)
      # TYPE civicloop_observations_sealing_failures_total counter
      civicloop_observations_sealing_failures_total \(store.sealingFailures)
      # TYPE civicloop_observations_merging_failures_total counter
      civicloop_observations_merging_failures_total \(store.mergingFailures)
      # TYPE civicloop_observations_damaged_files gauge
      civicloop_observations_damaged_files \(store.damagedFiles.count)
      # TYPE civicloop_observations_refused_total counter

      """
    let refused = perception.refusals.counts.sorted { $0.key.rawValue < $1.key.rawValue }
    for (reason, count) in refused {
      text += "civicloop_observations_refused_total{reason=\"\(reason.rawValue)\"} \(count)\n"
    }
    return Array(text.utf8)
  }
}
