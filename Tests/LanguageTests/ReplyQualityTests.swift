import City
import Testing

@testable import Language

@Suite struct ReplyQualityTests {
  struct Row: Sendable {
    let question: String
    let reply: String
    let answers: Bool
    let has: Set<ReplyQuality.Reason>
  }

  static let rows = [
    Row(question: "小区停车费怎么收？", reply: "", answers: false, has: [.courtesyAlone]),
    Row(
      question: "小区停车费怎么收？", reply: "网友您好，留言已收悉。", answers: false,
      has: [.courtesyAlone, .noGrounds]),
    Row(
      question: "小区停车费怎么收？",
      reply: "经核实，小区停车费由业主大会决定，标准为每月一百五十元，根据物业服务合同收取。",
      answers: true, has: []),
    Row(
      question: "小区停车费怎么收？", reply: "因未提供联系方式，我们不知道您住哪一个小区，停车费一事请再来电话说明。",
      answers: false, has: [.asksBack]),
  ]

  @Test("a reply is judged by what it says besides courtesy", arguments: rows)
  func judged(_ row: Row) {
    let quality = ReplyQuality.judged(
      question: row.question, reply: row.reply, asked: nil, replied: nil, limit: nil,
      words: .chinese)
    #expect(quality.answers == row.answers)
    #expect(row.has.isSubset(of: quality.reasons))
  }

  @Test("the time counts from the question; times that contradict each other say nothing")
  func inTime() {
    func inTime(_ asked: Int64, _ replied: Int64) -> Bool? {
      ReplyQuality.judged(
        question: "", reply: "", asked: Instant(milliseconds: asked),
        replied: Instant(milliseconds: replied), limit: 100, words: .chinese
      ).isInTime
    }
    #expect(inTime(0, 100) == true)
    #expect(inTime(0, 101) == false)
    #expect(inTime(5, 4) == nil)
  }
}
