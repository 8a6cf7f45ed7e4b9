// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A target of ours: what it may import stands here and nowhere else.
func ours(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "CivicLoop",
  targets: [
    // Libraries of the system.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CGEOS", pkgConfig: "geos", providers: [.apt(["libgeos-dev"])]),
    .systemLibrary(name: "CJemalloc", providers: [.apt(["libjemalloc-dev"])]),
    .systemLibrary(
      name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(
      name: "CXlsx", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Formats and protocols, without a word of the trade.
    ours("JSONText", []),
    ours("Threads", []),
    ours("Compression", ["CZlib"]),
    ours("HTTPServing", ["CEpoll", "CMicrohttpd", "Compression", "JSONText", "Threads"]),
    ours("Archives", ["CZip"]),
    ours("Spreadsheets", ["CExpat", "CXlsx", "CZip"]),
    ours("LoopbackClient", ["CEpoll", "Threads"]),
    ours("MQTTClient", ["COpenSSL", "Threads"]),
    ours("Alerts", ["CExpat"]),

    // The trade: values and decisions.
    ours("City", []),
    ours("Pack", ["City"]),
    ours("PackReading", ["City", "Pack", "CYaml", "CSodium"]),
    ours("Learning", []),
    ours("Language", ["City", "Learning"]),
    ours("Geography", ["City", "CGEOS"]),
    ours("Discovering", ["City", "Pack"]),
    ours("Dispatching", ["City", "Pack"]),
    ours("Handling", ["City", "Pack"]),
    ours("Evaluating", ["City", "Pack"]),

    ours("Readings", ["City", "Pack", "JSONText"]),

    // The world.
    ours("Ports", ["City", "Pack"]),
    ours("Fetching", ["Ports", "Threads", "CCurl", "CSodium"]),
    ours("Telling", ["City", "Pack", "Ports", "JSONText", "Threads", "Fetching", "CCurl"]),
    ours("Exchanging", ["City", "Pack", "Ports", "JSONText", "Links", "Fetching"]),
    ours("SearchStore", ["City", "Ports", "Language"]),
    ours("Records", ["City", "Ports", "JSONText", "CSodium", "COpenSSL"]),
    ours("SignOn", ["City", "Ports", "JSONText", "Records", "Fetching", "COpenSSL"]),
    ours("StoreMemory", ["City", "Ports", "Records"]),
    ours("StoreObservations", ["City", "Ports", "Threads", "CSQLite", "CZlib"]),
    ours(
      "StoreSQLite", ["City", "Ports", "Records", "SearchStore", "JSONText", "Threads", "CSQLite"]),
    ours(
      "Engine",
      [
        "City", "Pack", "Language", "Geography", "Discovering", "Dispatching", "Handling",
        "Evaluating", "Ports", "Threads",
      ]),
    ours(
      "Web",
      [
        "City", "Pack", "Language", "Geography", "Discovering", "Dispatching", "Handling",
        "Evaluating", "Ports", "Engine", "HTTPServing", "JSONText", "Readings", "Compression",
        "Spreadsheets", "Alerts", "Archives", "Reports",
      ]),

    ours("Vault", ["City", "Pack", "Ports", "Threads", "COpenSSL", "CSodium"]),
    ours("Links", ["City", "Pack", "JSONText", "Compression", "CSodium"]),
    ours("Reports", ["City", "Evaluating", "CJPEG", "CPango", "CXlsx"]),
    ours("Demonstration", ["City", "Pack", "Geography"]),
    ours("Simulating", ["City", "Pack", "Dispatching", "Handling", "Demonstration"]),
    ours(
      "Trials",
      [
        "City", "Pack", "Language", "Geography", "Discovering", "Dispatching", "Handling",
        "Evaluating", "Learning", "Links", "JSONText", "Threads", "CSodium",
      ]),
    .executableTarget(
      name: "civicloop",
      dependencies: [
        "City", "Pack", "PackReading", "Geography", "Discovering", "Dispatching", "Handling",
        "Evaluating", "Ports", "Engine", "SearchStore", "StoreMemory", "StoreObservations",
        "StoreSQLite", "Vault", "Links", "Demonstration", "Simulating", "Language", "Trials", "Web",
        "HTTPServing", "JSONText", "LoopbackClient", "Threads", "Readings", "MQTTClient",
        "Compression", "Reports", "Fetching", "Spreadsheets", "SignOn", "Telling", "Records",
        "Exchanging", "CJemalloc",
      ], swiftSettings: strict),

    .target(
      name: "Parsers",
      dependencies: [
        "Alerts", "City", "Compression", "Geography", "HTTPServing", "JSONText", "Language",
        "Links", "Pack", "PackReading", "Readings", "Records", "SignOn", "Spreadsheets", "Vault",
      ], path: "Tests/Parsers", swiftSettings: strict),
    .testTarget(
      name: "ParsersTests", dependencies: ["Parsers"], exclude: ["corpus"], swiftSettings: strict),
    tests("JSONTextTests", ["JSONText"]),
    tests("ReadingsTests", ["City", "Pack", "Readings"]),
    tests("SpreadsheetsTests", ["Spreadsheets"]),
    tests("AlertsTests", ["Alerts"]),
    tests(
      "TellingTests",
      ["City", "Fetching", "HTTPServing", "JSONText", "Pack", "Ports", "Telling", "Threads"]),
    tests(
      "ExchangingTests",
      [
        "City", "Engine", "Exchanging", "Fetching", "HTTPServing", "JSONText", "LoopFixture",
        "Pack", "Ports",
      ]),
    tests("FetchingTests", ["Fetching", "HTTPServing", "Ports"]),
    tests("CompressionTests", ["Compression"]),
    .target(
      name: "StoreConformance", dependencies: ["City", "Ports"], path: "Tests/StoreConformance",
      swiftSettings: strict),
    tests("LinksTests", ["City", "Compression", "Pack", "JSONText", "Links"]),
    tests(
      "SignOnTests", ["City", "HTTPServing", "JSONText", "Ports", "Records", "SignOn", "COpenSSL"]),
    tests("VaultTests", ["City", "Pack", "Ports", "Vault"]),
    tests("PackTests", ["City", "Pack", "PackReading", "Evaluating", "Handling", "JSONText"]),
    tests("PackReadingTests", ["City", "Pack", "PackReading"]),
    .testTarget(name: "TidyTests", exclude: ["rules"], swiftSettings: strict),
    tests("RecordsTests", ["City", "Ports", "Records", "JSONText", "StoreConformance"]),
    tests(
      "StoreConformanceTests",
      ["City", "Ports", "Records", "JSONText", "StoreMemory", "StoreSQLite", "StoreConformance"]),
    tests(
      "StoreSQLiteTests",
      ["City", "Ports", "Records", "JSONText", "StoreSQLite", "StoreConformance", "CSQLite"]),
    tests(
      "StoreObservationsTests",
      ["City", "Ports", "StoreMemory", "StoreObservations", "StoreConformance"]),
    tests(
      "SimulationTests",
      [
        "City", "Ports", "JSONText", "LoopbackClient", "MQTTClient", "StoreSQLite",
        "StoreConformance", "Vault",
      ]),
    tests("DemonstrationTests", ["City", "Pack", "Geography", "Demonstration"]),
    tests(
      "HTTPServingTests", ["Compression", "HTTPServing", "JSONText", "LoopbackClient", "Threads"]),
    tests("GeographyTests", ["City", "Geography"]),
    tests("LearningTests", ["Learning"]),
    tests("SearchStoreTests", ["City", "Ports", "Language", "SearchStore"]),
    tests("LanguageTests", ["City", "Language", "Pack", "PackReading"]),
    tests("TrialsTests", ["City", "Pack", "Language", "JSONText", "PackReading", "Trials"]),
    tests("DiscoveringTests", ["City", "Compression", "Pack", "Discovering"]),
    tests("DispatchingTests", ["City", "Pack", "Dispatching"]),
    tests(
      "SimulatingTests", ["City", "Pack", "PackReading", "Handling", "Demonstration", "Simulating"]),
    tests("HandlingTests", ["City", "Pack", "Handling"]),
    tests("EvaluatingTests", ["City", "Pack", "Evaluating"]),
    tests(
      "ReportsTests",
      ["City", "Pack", "Engine", "Evaluating", "Reports", "LoopFixture", "CJPEG", "CPango"]),
    .target(
      name: "LoopFixture",
      dependencies: [
        "City", "Pack", "PackReading", "Ports", "Language", "Discovering", "Handling", "Engine",
        "SearchStore",
        "StoreMemory", "StoreSQLite", "Vault",
      ], path: "Tests/LoopFixture", swiftSettings: strict),
    tests(
      "EngineTests",
      [
        "City", "Pack", "Ports", "Language", "Discovering", "Dispatching", "Evaluating", "Handling",
        "Engine", "Vault", "JSONText", "LoopFixture", "StoreConformance", "StoreMemory",
      ]),
    tests(
      "WebTests",
      [
        "City", "Pack", "Ports", "Discovering", "Handling", "Engine", "HTTPServing", "JSONText",
        "LoopbackClient", "Vault", "Web", "LoopFixture", "StoreMemory", "Spreadsheets", "Alerts",
        "Exchanging", "Fetching",
      ]),
  ]
)

// The parsers under libFuzzer, built by tools/fuzz alone: its main function is the fuzzer's.
if Context.environment["CIVICLOOP_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing", dependencies: ["Parsers"], path: "Tests/Fuzzing",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
