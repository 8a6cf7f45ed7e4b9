/// One kind of device: how many there are, what they watch, and how their values run.
struct DeviceRow {
  let kind: String
  /// How many in a full district of 2,000 devices.
  let count: Int
  /// Kinds of the Things that they watch; each device stands at one of them.
  let hosts: [String]
  /// Letters before its number.
  let prefix: String
  /// What its name ends in.
  let noun: String
  let models: [String]
  let measures: [MeasureRow]
}

/// One measure of a kind of device.
struct MeasureRow {
  let code: String
  let intervalSeconds: Int
  let habit: Habit
}

/// How a value runs when nothing is wrong.
enum Habit {
  /// About the same always: the middle of the device, and the noise around it.
  case steady(ClosedRange<Double>, noise: Double)
  /// Rises and falls with the day: lowest and highest, the hour of the highest, and the noise.
  case daily(ClosedRange<Double>, peakHour: Double, noise: Double)
  /// Two tides a day.
  case tide(ClosedRange<Double>, noise: Double)
  /// Falls by a percent every few days, until somebody changes it.
  case battery
  /// Fills over a day or so, then is emptied.
  case filling
  /// One value by night, another by day.
  case night(by: Double, otherwise: Double, noise: Double)
  /// At work now and then for an hour, idle between.
  case sessions(atWork: ClosedRange<Double>, idle: Double)
  /// A count in waking hours.
  case waking(ClosedRange<Double>)
  /// Along a road and back.
  case longitude, latitude
}

/// The devices of the demonstration; kinds and measures are those of `packs/core`.
enum DeviceTable {
  static let fullCount = 2_000
  static let gateway = "gateway"
  static let camera = "camera"
  static let makers = ["示范物联一厂", "示范物联二厂", "示范传感公司"]

  static let rows: [DeviceRow] = [
    DeviceRow(
      kind: gateway, count: 60, hosts: ["lamp", "pole"], prefix: "WG", noun: "物联网关",
      models: ["GW-200", "GW-300"],
      measures: [
        MeasureRow(code: "online", intervalSeconds: 60, habit: .steady(1...1, noise: 0)),
        MeasureRow(code: "signal", intervalSeconds: 300, habit: .steady(-80 ... -60, noise: 4)),
      ]),
    DeviceRow(
      kind: "water-gauge", count: 60, hosts: ["bridge", "river-section"], prefix: "SW",
      noun: "水位计", models: ["SL-10", "SL-12"],
      measures: [
        MeasureRow(code: "level", intervalSeconds: 60, habit: .tide(5...60, noise: 3)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "smoke-detector", count: 420, hosts: ["shop", "building", "care-home"], prefix: "YG",
      noun: "烟感", models: ["YG-3", "YG-5", "YG-5B"],
      measures: [
        MeasureRow(code: "smoke", intervalSeconds: 3_600, habit: .steady(0...0, noise: 0)),
        MeasureRow(
          code: "temperature", intervalSeconds: 600,
          habit: .daily(16...27, peakHour: 15, noise: 0.6)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "manhole-sensor", count: 260, hosts: ["manhole"], prefix: "JC", noun: "井盖传感器",
      models: ["JG-1", "JG-2"],
      measures: [
        MeasureRow(code: "cover-open", intervalSeconds: 3_600, habit: .steady(0...0, noise: 0)),
        MeasureRow(code: "tilt", intervalSeconds: 600, habit: .steady(0.5...2, noise: 0.2)),
        MeasureRow(code: "level", intervalSeconds: 600, habit: .steady(20...120, noise: 8)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "door-sensor", count: 160, hosts: ["building"], prefix: "MC", noun: "消防门门磁",
      models: ["MC-7"],
      measures: [
        MeasureRow(code: "open", intervalSeconds: 900, habit: .steady(0...0, noise: 0)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "lift-monitor", count: 160, hosts: ["building"], prefix: "DT", noun: "电梯",
      models: ["LM-4", "LM-6"],
      measures: [
        MeasureRow(code: "trapped", intervalSeconds: 600, habit: .steady(0...0, noise: 0)),
        MeasureRow(
          code: "speed", intervalSeconds: 60, habit: .sessions(atWork: 1...1.75, idle: 0)),
        MeasureRow(code: "fault", intervalSeconds: 600, habit: .steady(0...0, noise: 0)),
      ]),
    DeviceRow(
      kind: "dust-monitor", count: 60, hosts: ["site"], prefix: "YC", noun: "扬尘监测仪",
      models: ["DM-9"],
      measures: [
        MeasureRow(
          code: "pm10", intervalSeconds: 60, habit: .daily(35...95, peakHour: 10, noise: 12)),
        MeasureRow(
          code: "tsp", intervalSeconds: 60, habit: .daily(60...170, peakHour: 10, noise: 20)),
        MeasureRow(code: "wind", intervalSeconds: 60, habit: .daily(1...4, peakHour: 14, noise: 1)),
      ]),
    DeviceRow(
      kind: "noise-monitor", count: 60, hosts: ["site", "school"], prefix: "ZS", noun: "噪声监测仪",
      models: ["NM-2"],
      measures: [
        MeasureRow(
          code: "noise", intervalSeconds: 60, habit: .daily(38...52, peakHour: 13, noise: 2))
      ]),
    DeviceRow(
      kind: "air-monitor", count: 30, hosts: ["park", "green-land"], prefix: "KQ",
      noun: "空气质量监测仪", models: ["AM-6"],
      measures: [
        MeasureRow(
          code: "pm25", intervalSeconds: 60, habit: .daily(18...48, peakHour: 9, noise: 4)),
        MeasureRow(
          code: "ozone", intervalSeconds: 60, habit: .daily(20...130, peakHour: 15, noise: 6)),
        MeasureRow(
          code: "temperature", intervalSeconds: 60,
          habit: .daily(14...26, peakHour: 14, noise: 0.3)),
        MeasureRow(
          code: "humidity", intervalSeconds: 60, habit: .daily(45...85, peakHour: 5, noise: 2)),
      ]),
    DeviceRow(
      kind: "bin-sensor", count: 200, hosts: ["bin"], prefix: "FM", noun: "满溢传感器",
      models: ["BS-1"],
      measures: [
        MeasureRow(code: "fill", intervalSeconds: 900, habit: .filling),
        MeasureRow(
          code: "temperature", intervalSeconds: 900, habit: .daily(14...28, peakHour: 14, noise: 1)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "lamp-controller", count: 200, hosts: ["lamp"], prefix: "DK", noun: "单灯控制器",
      models: ["LC-5"],
      measures: [
        MeasureRow(
          code: "power", intervalSeconds: 300, habit: .night(by: 118, otherwise: 0.6, noise: 2)),
        MeasureRow(code: "on", intervalSeconds: 300, habit: .night(by: 1, otherwise: 0, noise: 0)),
        MeasureRow(code: "leakage", intervalSeconds: 300, habit: .steady(0.5...3, noise: 0.3)),
      ]),
    DeviceRow(
      kind: "charging-pile", count: 80, hosts: ["parking-lot", "community"], prefix: "CD",
      noun: "充电桩", models: ["CP-60", "CP-120"],
      measures: [
        MeasureRow(code: "power", intervalSeconds: 60, habit: .sessions(atWork: 28...58, idle: 0)),
        MeasureRow(
          code: "temperature", intervalSeconds: 60, habit: .sessions(atWork: 34...44, idle: 22)),
        MeasureRow(code: "smoke", intervalSeconds: 3_600, habit: .steady(0...0, noise: 0)),
      ]),
    DeviceRow(
      kind: "elder-kit", count: 120, hosts: ["building"], prefix: "SH", noun: "独居老人守护套件",
      models: ["EK-2"],
      measures: [
        MeasureRow(code: "activity", intervalSeconds: 600, habit: .waking(2...18)),
        MeasureRow(code: "help", intervalSeconds: 3_600, habit: .steady(0...0, noise: 0)),
        MeasureRow(code: "water-use", intervalSeconds: 3_600, habit: .waking(2...24)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "gas-detector", count: 90, hosts: ["restaurant"], prefix: "RQ", noun: "燃气探测器",
      models: ["GD-3"],
      measures: [
        MeasureRow(code: "gas", intervalSeconds: 60, habit: .steady(0.4...0.9, noise: 0.3)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: "vehicle-tracker", count: 20, hosts: ["road"], prefix: "CL", noun: "作业车定位终端",
      models: ["GT-8"],
      measures: [
        MeasureRow(code: "longitude", intervalSeconds: 10, habit: .longitude),
        MeasureRow(code: "latitude", intervalSeconds: 10, habit: .latitude),
        MeasureRow(code: "speed", intervalSeconds: 10, habit: .steady(18...32, noise: 5)),
      ]),
    DeviceRow(
      kind: "tilt-sensor", count: 20, hosts: ["billboard", "building"], prefix: "QX", noun: "倾斜传感器",
      models: ["TS-1"],
      measures: [
        MeasureRow(code: "tilt", intervalSeconds: 600, habit: .steady(-0.2...0.2, noise: 0.01)),
        MeasureRow(code: "vibration", intervalSeconds: 600, habit: .steady(0...0.02, noise: 0.01)),
        MeasureRow(code: "battery", intervalSeconds: 3_600, habit: .battery),
      ]),
    DeviceRow(
      kind: camera, count: 40, hosts: ["pole", "bus-stop"], prefix: "TT", noun: "视频探头",
      models: ["VC-4", "VC-8"],
      measures: [
        MeasureRow(code: "online", intervalSeconds: 300, habit: .steady(1...1, noise: 0))
      ]),
  ]
}
