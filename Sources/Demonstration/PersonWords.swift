/// Parts of invented personal names.
enum PersonWords {
  static let surnames = Array(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
  ).map(String.init)
  static let given = Array(
    "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉力健俊帆雪玲建国华梅鑫宁婷玉萍红鹏飞慧莹颖琳晨宇航浩然子轩雨欣怡佳思嘉诚志远博睿瑞铭泽凯乐安康启东海燕春晓冬生立新永庆长林树森国栋光耀世民"
  ).map(String.init)

  /// A person who does not exist; one given character in four names out of ten.
  static func name(_ random: inout DemonstrationRandom) -> String {
    let first = random.pick(surnames)
    let middle = random.pick(given)
    if random.chance(0.4) { return first + middle }
    let last = random.pick(given)
    return last == middle ? first + last : first + middle + last
  }

  /// A number of a range that no carrier has been given.
  static func phone(_ random: inout DemonstrationRandom) -> String {
    let serial = String(random.int(in: 0..<10_000))
    return "1990000" + String(repeating: "0", count: 4 - serial.count) + serial
  }
}
