/// A page of a scenario as data (场景视图): parts from above to below.
package struct PackView: Equatable, Sendable {
  /// Parts of one view.
  package static let partsMax = 24

  package let code: String
  package let title: String
  /// Codes of posts in whose navigation it stands; empty = of everybody who may read.
  package let posts: [String]
  package let parts: [ViewPart]

  package init(code: String, title: String, posts: [String], parts: [ViewPart]) {
    self.code = code
    self.title = title
    self.posts = posts
    self.parts = parts
  }
}

/// One part of a view.
package struct ViewPart: Equatable, Sendable {
  /// The forms that a part may have; the key by which a file names it.
  package enum Form: String, CaseIterable, Sendable {
    case text, figures, map, graded, table, chart, cases, ledger, patrols
  }
  /// What it shows.
  package enum Content: Equatable, Sendable {
    /// Words, for example what the scenario is for.
    case text(String)
    /// Vitals as numbers, by code.
    case figures([String])
    /// A map with things of these kinds, coloured by a model where one is named, and open cases.
    case map(kinds: [String], model: String?, items: [String])
    /// Things by what a risk model says of them, the gravest first.
    case graded(model: String)
    /// Things of a kind, with some of its fields.
    case table(kind: String, columns: [String])
    /// How many things have which grade.
    case gradeChart(model: String)
    /// One vital over time.
    case vitalChart(String)
    /// Cases of these items, the newest first.
    case cases([String])
    /// Lines of a ledger, by code.
    case ledger(String)
    /// Rounds of a plan, by code.
    case patrols(String)
  }

  package let title: String
  package let content: Content

  package init(title: String, content: Content) {
    self.title = title
    self.content = content
  }

  /// The form that its content has.
  package var form: Form {
    switch content {
    case .text: .text
    case .figures: .figures
    case .map: .map
    case .graded: .graded
    case .table: .table
    case .gradeChart, .vitalChart: .chart
    case .cases: .cases
    case .ledger: .ledger
    case .patrols: .patrols
    }
  }
}

extension PackLint {
  mutating func checkViews() {
    for (index, view) in pack.views.enumerated() {
      for post in view.posts {
        require(post, in: Set(known.posts.keys), "post", PackSubject(.views, index))
      }
      for (number, part) in view.parts.enumerated() {
        check(part.content, PackSubject(.views, index, .part, number))
      }
    }
  }

  private mutating func check(_ content: ViewPart.Content, _ subject: PackSubject) {
    switch content {
    case .text: break
    case .figures(let vitals):
      for vital in vitals { require(vital, in: known.vitals, "vital", subject) }
    case .map(let kinds, let model, let items):
      for kind in kinds { require(kind, in: known.kinds, "kind", subject) }
      for item in items { require(item, in: known.items, "item", subject) }
      if let model { require(model, in: known.risks, "risk model", subject) }
    case .graded(let model), .gradeChart(let model):
      require(model, in: known.risks, "risk model", subject)
    case .table(let kind, let columns):
      require(kind, in: known.kinds, "kind", subject)
      for column in columns
      where known.kinds.contains(kind) && known.fields["\(kind) \(column)"] == nil {
        report(.riskField, subject, ["kind": kind, "code": column])
      }
    case .vitalChart(let vital): require(vital, in: known.vitals, "vital", subject)
    case .ledger(let ledger): require(ledger, in: known.ledgers, "ledger", subject)
    case .patrols(let plan): require(plan, in: known.patrols, "patrol", subject)
    case .cases(let items):
      for item in items { require(item, in: known.items, "item", subject) }
    }
  }
}
