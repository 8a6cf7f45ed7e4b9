import City
import Pack

// Formulas of evaluation.
extension PackDecoder {
  mutating func decodeEvaluation(_ node: Node) {
    let keys = ["code", "name", "subject", "parts", "why"]
    guard let table = TableReader(node, "evaluation", keys: keys, list) else { return }
    let subject = table.word("subject", EvaluationFormula.Subject.self)
    let parts = table.requiredNodes("parts").compactMap { evaluationPart($0) }
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"), let subject, let why
    else { return }
    draft.places[PackSubject(.evaluations, draft.evaluations.count)] = node.place
    draft.evaluations.append(
      EvaluationFormula(code: code, name: name, subject: subject, parts: parts, why: why))
  }

  private func evaluationPart(_ node: Node) -> EvaluationPart? {
    let keys = ["code", "name", "count", "per", "full", "zero", "points"]
    guard let table = TableReader(node, "part", keys: keys, list) else { return nil }
    let count = table.required("count").flatMap { caseQuantity($0) }
    let per = table.required("per").flatMap { caseQuantity($0) }
    let full = table.decimal("full", standard: nil)
    let zero = table.decimal("zero", standard: nil)
    let points = table.number("points", 0...EvaluationFormula.pointsMax)
    guard let code = table.code("code"), let name = table.text("name"), let count, let per,
      let full, let zero, let points
    else { return nil }
    return EvaluationPart(
      code: code, name: name, count: count, per: per, full: full, zero: zero, points: points)
  }
}
