import City
import Ports

// Evidence and its chain of custody.
extension FactMaker {
  mutating func exhibit() -> Exhibit {
    Exhibit(
      id: id(), case: id(), form: source.pick(Exhibit.Form.allCases),
      line: optional { $0.text() }, file: FileDigest(digest()), byteCount: integer(),
      takenAt: instant(), position: optional { $0.position() }, place: text(), taker: text(),
      device: text(), note: text(), addedAt: instant(), addedBy: optional { $0.id() })
  }

  mutating func custodyAct() -> CustodyAct {
    CustodyAct(
      id: id(), case: id(), exhibit: optional { $0.id() },
      kind: source.pick(CustodyAct.Kind.allCases), at: instant(), staff: optional { $0.id() },
      unit: optional { $0.id() }, package: optional { $0.digest() }, note: text())
  }
}
