import City

/// What the program was called with was not understood; exit code 2.
struct UsageFault: Error {
  let message: String
}

/// The work found a fault, or could not be done; exit code 1.
struct WorkFault: Error {
  let message: String
}

/// The words of a command line, taken apart by what the command knows.
struct Arguments {
  private(set) var positional: [String] = []
  private var values: [String: String] = [:]
  private var flags: Set<String> = []

  /// - Parameters:
  ///   - options: names that take a value.
  ///   - flags: names that stand alone.
  init(_ words: [String], options: Set<String>, flags known: Set<String>) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        positional.append(word)
        continue
      }
      var name = String(word.dropFirst(2))
      var value: String?
      if let equals = name.firstIndex(of: "=") {
        value = String(name[name.index(after: equals)...])
        name = String(name[..<equals])
      }
      if known.contains(name) && value == nil {
        flags.insert(name)
      } else if options.contains(name) {
        guard let given = value ?? rest.popFirst() else {
          throw UsageFault(message: "--\(name) needs a value")
        }
        values[name] = given
      } else {
        throw UsageFault(message: "unknown option --\(name)")
      }
    }
  }

  func has(_ flag: String) -> Bool { flags.contains(flag) }
  subscript(_ name: String) -> String? { values[name] }

  /// The folder of the data.
  var data: String { values["data"] ?? "./data" }

  func integer(_ name: String, _ fallback: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = values[name] else { return fallback }
    guard let number = Int(text), range.contains(number) else {
      throw UsageFault(
        message: "--\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A day of the calendar, as `2026-01-31`.
  func day(_ name: String, _ fallback: String) throws -> CivilDate {
    let parts = (self[name] ?? fallback).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      let date = CivilDate(year: year, month: month, day: day)
    else { throw UsageFault(message: "--\(name) takes a day, for example \(fallback)") }
    return date
  }

  /// Exactly these many words besides the options.
  func expect(_ names: String...) throws -> [String] {
    guard positional.count == names.count else {
      throw UsageFault(message: "expected: " + names.joined(separator: " "))
    }
    return positional
  }
}
