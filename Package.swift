// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "CivicLoop",
  targets: [
    .target(name: "City", swiftSettings: strict),
    .target(name: "Pack", dependencies: ["City"], swiftSettings: strict),
    .target(name: "Ports", dependencies: ["City", "Pack"], swiftSettings: strict),
  ]
)
