import Learning
import Testing

@Suite("Logistic regression")
struct LogisticFitTests {
  @Test("finds the odds that the rows have")
  func odds() {
    // A quarter without the feature, three quarters with it: odds 1/3 and 3.
    var (rows, truths): ([[Float]], [Bool]) = ([], [])
    for index in 0..<400 {
      rows.append([index < 200 ? 0 : 1])
      truths.append(index < 200 ? index % 4 == 0 : index % 4 != 0)
    }
    let fit = LogisticFit(rows: rows, truths: truths, penalty: 1e-6)
    #expect(abs(fit.base + 1.0986123) < 1e-4)
    #expect(abs(fit.coefficients[0] - 2 * 1.0986123) < 1e-4)
    #expect(abs(fit.sum([1]) - 1.0986123) < 1e-4)
  }

  @Test("stays finite where the rows are parted, and shrinks with the penalty")
  func parted() {
    let rows: [[Float]] = (0..<40).map { [Float($0) / 40, 1] }
    let truths = (0..<40).map { $0 >= 20 }
    let sizes = [0.1, 1, 10].map {
      abs(LogisticFit(rows: rows, truths: truths, penalty: $0).coefficients[0])
    }
    #expect(sizes.allSatisfy { $0.isFinite })
    #expect(sizes[0] > sizes[1] && sizes[1] > sizes[2])
  }

  @Test("says the base rate where there are no features")
  func none() {
    let fit = LogisticFit(
      rows: [[Float]](repeating: [], count: 4), truths: [true, false, false, false], penalty: 1)
    #expect(abs(fit.base + 1.0986123) < 1e-4 && fit.coefficients.isEmpty)
  }
}
