/// `civicloop bench …`: figures for `Benchmarks/RESULTS.md`.
enum BenchCommands {
  static let commands = [
    Command(
      name: "bench loop", summary: "whole lifecycles through a server's public API",
      usage: "bench loop [--clients 16] [--cases 0] [--seconds 30] [--feeds 10] [--data DIR]",
      example: "civicloop bench loop --clients 16 --seconds 30 --data ./bench",
      options: ["clients", "cases", "seconds", "feeds"]
    ) { arguments in try await BenchLoop.run(arguments) },
    Command(
      name: "bench feed", summary: "live feeds of mixed scope",
      usage: "bench feed [--feeds 1000] [--changes 100] [--seconds 15] [--data DIR]",
      example: "civicloop bench feed --feeds 1000 --changes 100 --data ./bench",
      options: ["feeds", "changes", "seconds"]
    ) { arguments in try await BenchFeed.run(arguments) },
    Command(
      name: "bench perceive", summary: "what rules over observations cost",
      usage:
        "bench perceive --reference DIR | --mode rules|many|http|mqtt|range [--streams 110000] [--seconds 30] [--rate N]",
      example: "civicloop bench perceive --mode rules --streams 110000 --seconds 30",
      options: ["reference", "mode", "streams", "seconds", "rate"]
    ) { arguments in
      switch arguments["mode"] {
      case "http": try await BenchPerceiveHTTP.run(arguments)
      case "range": try await BenchPerceiveRange.run(arguments)
      case "mqtt": try await BenchPerceiveMQTT.run(arguments)
      default: try BenchPerceive.run(arguments)
      }
    },
    BenchSearch.command, BenchVitals.command, BenchPacks.command,
    BenchClocks.command, BenchStep.command,
  ]
}
