/// A word that operators add to those of the packs.
package struct LexiconWord: Hashable, Sendable {
  /// What a word is for.
  package enum Use: String, CaseIterable, Sendable {
    /// A name of the area whose code is `target`.
    case place
    /// Speaks for the item whose code is `target`.
    case item
    /// Says nothing of a matter.
    case stop
    /// A word of the language, so that texts are cut rightly.
    case word
    /// Taken back.
    case none
  }
  /// Longer ones are refused, in characters.
  package static let charactersMax = 32

  /// In the form that texts are compared in; one use a word.
  package let text: String
  package let use: Use
  /// A code; empty where the use has none.
  package let target: String

  package init(text: String, use: Use, target: String) {
    self.text = text
    self.use = use
    self.target = target
  }
}
