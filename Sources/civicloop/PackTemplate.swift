import Pack

/// A new pack that reads without a finding and whose story plays: kinds, an item, a risk model,
/// vitals, a page and a report, all to be changed. Its story is written in the words of the packs
/// that are loaded.
enum PackTemplate {
  /// Paths within the pack and their text.
  /// - Returns: nil where the packs lack what every pack needs: a duty, a category, a flow.
  static func files(_ id: String, _ catalogue: Catalogue) -> [(path: String, text: String)]? {
    guard let duty = catalogue.duties.first(where: { $0.level == .district })?.code,
      let category = catalogue.items.first?.category, let flow = catalogue.items.first?.flow,
      let aspect = catalogue.aspects.first?.code,
      let words = catalogue.packs.lazy.compactMap(\.storyWords).first
    else { return nil }
    return [
      ("pack.yaml", "id: \(id)\ntitle: \(id)\nversion: 1\ndepends: [core]\n"),
      ("kinds/\(id).yaml", kinds(id)),
      ("items/\(id).yaml", items(id, duty: duty, category: category, flow: flow)),
      ("risks/\(id).yaml", risks(id)), ("vitals/\(id).yaml", vitals(id, aspect: aspect)),
      ("views/\(id).yaml", views(id)), ("reports/\(id).yaml", reports(id)),
      (
        "tests/\(id).story",
        story(id, duty: duty, hours: catalogue.defaultHours.code, words: words)
      ),
    ]
  }

  private static func kinds(_ id: String) -> String {
    """
    kinds:
      - code: \(id)-thing
        name: \(id) thing
        fields:
          - { name: wear, title: wear, form: number, dataClass: public, required: true, least: 0, greatest: 100 }
          - { name: checked, title: last check, form: date, dataClass: public }

    """
  }

  private static func items(
    _ id: String, duty: String, category: String, flow: String
  ) -> String {
    """
    items:
      - code: \(id)-fault
        name: \(id) fault
        category: \(category)
        grade: orange
        flow: \(flow)
        filing: when a case of this sort is filed
        closing: when it is closed
        clocks:
          - { name: handle, amount: 3, measure: days }
        responsibility:
          - { duty: \(duty), place: district, why: why this unit answers for it }
        evidence: [note]
        words: [\(id) is worn out, \(id) is broken]
        joinMetres: 30
        joinHours: 72
        automatic: true

    """
  }

  private static func risks(_ id: String) -> String {
    """
    risks:
      - code: \(id)-risk
        name: \(id) risk
        kind: \(id)-thing
        form: weighted
        factors:
          - { code: wear, title: wear, field: wear, perUnit: { points: 1, least: 0, greatest: 100 }, why: what is worn fails }
        lines: [{ grade: red, name: high, from: 80 }, { grade: yellow, name: middle, from: 40 }, { grade: blue, name: low }]
        item: \(id)-fault
        why: what is graver is looked at first

    """
  }

  private static func vitals(_ id: String, aspect: String) -> String {
    """
    vitals:
      - code: \(id)-high
        name: \(id) of high risk
        aspect: \(aspect)
        count: { of: gradings, model: \(id)-risk, grades: [red] }
        limits: { red: 0 }
        advice: what should be done then
        why: why it is watched

    """
  }

  private static func views(_ id: String) -> String {
    """
    views:
      - code: \(id)
        title: \(id)
        parts:
          - { title: about, text: what this page is for }
          - { title: figures, figures: [\(id)-high] }
          - { title: map, map: { kinds: [\(id)-thing], model: \(id)-risk } }
          - { title: by risk, graded: \(id)-risk }
          - { title: files, table: { kind: \(id)-thing, columns: [wear, checked] } }
          - { title: cases, cases: [\(id)-fault] }

    """
  }

  private static func reports(_ id: String) -> String {
    """
    reports:
      - code: \(id)-month
        title: \(id) monthly
        every: month
        vitals: [\(id)-high]
        items: [\(id)-fault]
        models: [\(id)-risk]

    """
  }

  private static func story(
    _ id: String, duty: String, hours: String, words: StoryWords
  ) -> String {
    let high = "\(words[vital: .vital]) \(id)-high \(words[vital: .red])"
    return """
      \(words[.story]) \(id)
      \(words[.date]) 2026-03-10
      \(words[.street]) street
      \(words[.unit]) centre \(words[.duties]) \(duty) \(words[.hours]) \(hours)

      09:00 \(words[.register]) T1 \(id)-thing wear 20 \(words[.east]) 100
              → \(words[.graded]) low
      10:00 \(words[.register]) T1 wear 90
              → \(words[.graded]) high
              → \(words[.opened]) \(id)-fault
              → \(words[.unit]) centre
              → \(high)

      """
  }
}
