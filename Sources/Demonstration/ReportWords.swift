import City

/// What people write when they report something, by the duty of the unit that answers for it.
enum ReportWords {
  struct Tone {
    /// What the problem does to those who pass or live there.
    let effects: [String]
    /// What the handler says when it is done.
    let answers: [String]
  }

  static func tone(duty: String) -> Tone { tones[duty] ?? plain }

  private static let plain = Tone(
    effects: ["反映多次没有结果", "已经持续了好几天", "希望给一个明确答复", "周边居民意见较大", "等了很久没有人管"],
    answers: ["已到现场核实处理，问题解决。", "已联系相关责任方整改完毕。", "已处理，并向诉求人作了说明。"])

  private static let tones: [String: Tone] = {
    var tones: [String: Tone] = [:]
    for (duties, tone) in table {
      for duty in duties { tones[duty] = tone }
    }
    return tones
  }()

  private static let table: [([String], Tone)] = [
    (
      ["greening-sanitation", "street-sanitation"],
      Tone(
        effects: ["气味很大", "已有两天无人清理", "影响市容环境", "招来很多蚊蝇", "路过的居民都要绕行", "风一吹到处都是"],
        answers: ["已安排保洁人员清理完毕，地面已冲洗。", "作业队已到场处置，现场恢复整洁。", "已清运并加密巡查频次。"])
    ),
    (
      ["urban-management", "street-urban-management"],
      Tone(
        effects: ["占了大半条人行道", "行人只能走到机动车道上", "每天傍晚最严重", "扰民到很晚", "劝了也不听"],
        answers: ["执法队员已到场劝离并规范秩序。", "已责令当事人整改，现场恢复通行。", "已立案查处，并纳入重点巡查。"])
    ),
    (
      ["drainage", "water-affairs", "water-supply"],
      Tone(
        effects: ["积水没过脚面", "车辆经过水花四溅", "雨停后一直不退", "老人小孩不敢走", "水面有异味"],
        answers: ["已疏通管道，积水退尽。", "养护班组已到场抢修，恢复正常。", "已打捞清理，水面恢复整洁。"])
    ),
    (
      ["roads", "construction", "transport"],
      Tone(
        effects: ["骑车经过容易摔倒", "车辆只能绕行", "车辆经过响声很大", "已经有人被绊倒", "雨天更加危险"],
        answers: ["养护人员已修复，恢复平整。", "已设置围挡并完成修补。", "已更换部件，恢复正常使用。"])
    ),
    (
      ["lighting"],
      Tone(
        effects: ["晚上看不清路", "老人夜里不敢出门", "已经好几晚了", "整段路都是黑的"],
        answers: ["已更换灯具，恢复照明。", "线路故障已修复，恢复亮灯。"])
    ),
    (
      ["traffic-police", "police"],
      Tone(
        effects: ["早晚高峰堵得厉害", "有安全隐患", "存在逆行和抢道", "已经发生过擦碰"],
        answers: ["已到场疏导并恢复秩序。", "已修复设施，恢复正常。", "已对当事人批评教育。"])
    ),
    (
      ["fire", "emergency", "gas", "power"],
      Tone(
        effects: ["存在安全隐患", "居民非常担心", "楼道里能闻到异味", "请务必尽快到场"],
        answers: ["已到场排除隐患，现场安全。", "已抢修完毕，恢复供应。", "已责令整改并复查合格。"])
    ),
    (
      ["environment"],
      Tone(
        effects: ["夜里吵得睡不着", "窗户都不敢开", "一刮风满天是灰", "味道刺鼻"],
        answers: ["已到场检测，责令立即整改。", "已要求落实降噪抑尘措施。", "夜间复查，情况已改善。"])
    ),
    (
      ["housing", "street-housing"],
      Tone(
        effects: ["物业一直推诿", "整栋楼的居民都受影响", "老人上下楼很不方便", "反映多次没有结果"],
        answers: ["已约谈物业，当日修复。", "已协调维修单位完成整改。", "已召集业委会商定维修方案并完成。"])
    ),
    (
      ["market", "commerce"],
      Tone(
        effects: ["要求退款被拒绝", "价格与标示不符", "担心食品安全", "店家态度恶劣"],
        answers: ["经调解双方达成一致，已退款。", "已到店检查并责令改正。", "已立案调查，结果将另行告知。"])
    ),
  ]

  static let openings: [Channel: [String]] = [
    .hotline: ["市民来电反映：", "来电人称：", "热线转来："],
    .inspector: ["巡查发现：", "网格巡查上报：", "监督员上报："],
    .citizen: ["随手拍：", "市民上传：", ""],
    .video: ["视频巡查识别："],
    .device: ["设备告警："],
    .opinion: ["网民发帖称：", "有网友留言："],
    .system: ["外部系统转来："],
  ]
  /// What people ask for; machines and inspectors ask for nothing.
  static let requests = ["请尽快派人处理。", "希望相关部门到现场看看。", "请核实处理。", "盼回复。", "要求尽快解决。"]
  static let nearby = ["附近", "门口", "对面", "旁边", "路口", ""]
  /// The problem stands where the sign is.
  static let sayings = ["有%的情况", "发现%", "存在%问题", "出现%"]
  static let reportSayings = ["有%", "存在%", "%"]

  /// Problems that one sees in the street: inspectors and cameras find them.
  static let visibleDuties: Set = [
    "greening-sanitation", "urban-management", "construction", "roads", "lighting", "drainage",
    "water-affairs", "transport", "traffic-police", "fire", "environment", "emergency",
    "street-sanitation", "street-urban-management",
  ]
  /// Problems that a sensor may tell of.
  static let measuredDuties: Set = [
    "drainage", "water-affairs", "fire", "environment", "gas", "emergency", "lighting", "power",
  ]

  /// How often each channel tells of problems of a duty.
  static func channelWeights(duty: String) -> [(Channel, Double)] {
    let isVisible = visibleDuties.contains(duty)
    return [
      (.hotline, 0.46), (.inspector, isVisible ? 0.36 : 0), (.citizen, isVisible ? 0.13 : 0.08),
      (.video, isVisible ? 0.08 : 0), (.device, measuredDuties.contains(duty) ? 0.1 : 0),
      (.opinion, 0.02), (.system, 0.012),
    ]
  }
}
