import Engine
import Language
import Ports

/// The packs' tables of words, given to the engine at its start.
enum WordTables {
  /// Today's characters for traditional ones, within the packs.
  static let simplifiedPath = "core/words/simplified.txt"
  /// What people make passwords of.
  static let passwordsPath = "core/words/passwords.txt"
  /// Words that say nothing of a matter.
  static let stopsPath = "core/words/stop.txt"

  static func simplified(_ home: Home) -> Simplified {
    text(home, simplifiedPath).map(Simplified.init(table:)) ?? .none
  }

  /// A missing table only leaves texts as they are written.
  static func equip(_ understanding: Understanding, _ home: Home, _ store: any Store) async throws {
    let stops = (text(home, stopsPath) ?? "").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map(String.init)
    understanding.equip(
      simplified: simplified(home), stops: stops, words: try await store.words())
  }

  /// Gives the engine the words that passwords must not be made of alone.
  static func equip(_ guessable: GuessableWords, _ home: Home) {
    guessable.equip(text(home, passwordsPath) ?? "")
  }

  private static func text(_ home: Home, _ path: String) -> String? {
    FileText.read(home.packs + "/" + path).map { String(decoding: $0, as: UTF8.self) }
  }
}
