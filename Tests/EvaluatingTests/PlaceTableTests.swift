import City
import Evaluating
import Testing

@Suite("Places of vitals")
struct PlaceTableTests {
  private static let centre = Unit(
    id: ID(7), parent: nil, kind: .centre, code: "C", name: "centre", area: nil, hours: "",
    duties: [])

  @Test("without areas one place holds every record, wherever it lies")
  func whole() {
    let table = PlaceTable(areas: [], units: [Self.centre])
    #expect(table.names == ["centre", "centre"] && table.depths == [0, -1])
    #expect(table.numbers(area: .outside, unit: .none) == [0])
    #expect(table.numbers(area: .outside, unit: UnitPath([ID(7)])) == [0, 1])
  }

  @Test("with areas a record outside lies in none of them")
  func outside() {
    let city = Area(
      id: ID(1), parent: nil, level: .city, code: "1", name: "city", outline: nil)
    let table = PlaceTable(areas: [city], units: [])
    #expect(table.numbers(area: .outside, unit: .none).isEmpty)
    #expect(table.numbers(area: AreaPath([ID(1)]), unit: .none) == [0])
  }
}
