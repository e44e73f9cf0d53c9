// swift-tools-version: 6.2
import PackageDescription

/// Every target of this package is compiled alike: Swift 6 mode, explicit existentials and imports, no warnings.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let deque = product(name: "DequeModule", package: "swift-collections")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509 = product(name: "X509", package: "swift-certificates")
    static let yams = product(name: "Yams", package: "Yams")
}

/// A service's release counts only the pages it touches as its memory: relative relocations and merged copies of code
/// are pages it never does. (The default linker knows neither.)
let lean: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld"] + ["-z", "pack-relative-relocs", "--icf=safe", "--as-needed"].flatMap { ["-Xlinker", $0] },
        .when(platforms: [.linux], configuration: .release))
]

/// What libphonenumber is linked of in a release. As shared libraries, these cost 4 MiB of relocated pages.
let phoneNumberArchives = [
    "phonenumber", "protobuf", "icui18n", "icuuc", "icudata", "absl_hash", "absl_city", "absl_low_level_hash",
    "absl_raw_hash_set", "absl_strings", "absl_throw_delegate", "absl_raw_logging_internal",
].map { "-l:lib\($0).a" }
let phoneNumbers: [LinkerSetting] = [
    .linkedLibrary("phonenumber", .when(configuration: .debug)),
    .unsafeFlags(
        (["--start-group"] + phoneNumberArchives + ["--end-group"]).flatMap { ["-Xlinker", $0] },
        .when(platforms: [.linux], configuration: .release)),
]

func shared(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", resources: resources, swiftSettings: settings)
}

/// A service is a library, so that tests can host it, and an executable of the same name in lower case.
func service(_ name: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
    let kit: [Target.Dependency] = [
        "Schema", "Messaging", "Edge", "ServiceKit", "Postgres", .httpTypes, .logging, .serviceLifecycle,
    ]
    return [
        .target(
            name: name, dependencies: kit + dependencies, path: "Services/\(name)", exclude: ["Main"],
            resources: [.embedInCode("Migrations")] + templates[name, default: []], swiftSettings: settings),
        .executableTarget(
            name: "\(name)Main", dependencies: [.byName(name: name), "ServiceKit"], path: "Services/\(name)/Main",
            swiftSettings: settings, linkerSettings: lean),
        test(name, [.byName(name: name), "TestKit"] + kit + dependencies),
    ]
}

func test(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: settings)
}

/// What single services need beside what all do.
let additional: [String: [Target.Dependency]] = [
    "Consent": ["Enrichment", .crypto, .metrics],
    "Orders": ["Enrichment"],
    "Notifications": [
        "Mail", .asn1, .asyncHTTPClient, .crypto, .httpTypes, .metrics, .mustache, .nioCore, .nioHTTP1, .nioPosix,
        .nioSSL, .x509,
    ],
    "Payments": [.asyncHTTPClient, .crypto, .deque, .metrics, .nioCore],
]

/// Embedded like migrations.
let templates: [String: [Resource]] = ["Notifications": [.embedInCode("Jobs/Mail/Templates")]]

let services = ["Catalog", "Orders", "Consent", "Payments", "Notifications"]

let package = Package(
    name: "caravan",
    platforms: [.macOS(.v15)],
    products: services.map { .executable(name: $0.lowercased(), targets: ["\($0)Main"]) } + [
        .executable(name: "devbroker", targets: ["DevBroker"]),
        .executable(name: "caravan-operator", targets: ["Operator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CRDKafka", path: "Shared/CRDKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        shared("Threading", []),
        shared("Postgres", ["CLibPQ", "Threading"]),
        shared("Kafka", ["CRDKafka", "Threading"]),
        shared("Schema", [.crypto]),
        // The library's C++ stays behind a C header.
        .target(name: "CPhoneNumber", path: "Shared/CPhoneNumber", linkerSettings: phoneNumbers),
        shared("Enrichment", ["CPhoneNumber", "Schema"]),
        // Loads libcurl when it is needed.
        .target(name: "CCurl", path: "Shared/CCurl"),
        shared("Mail", ["CCurl", "Threading"]),
        shared(
            "Messaging", ["Kafka", "Postgres", "Schema", .logging, .metrics, .serviceLifecycle],
            resources: [.embedInCode("Migrations")]),
        shared(
            "Edge",
            [
                "Postgres", "Schema", .crypto, .httpTypes, .hummingbird, .hummingbirdCore, .jwtKit, .logging, .metrics,
                .nioCore, .serviceLifecycle,
            ],
            resources: [
                .embedInCode("Dialects/WatchTraderHub/OpenAPI/dealer.json"),
                .embedInCode("Dialects/HealthSuite/OpenAPI/checkout.json"),
                .embedInCode("Dialects/HealthSuite/OpenAPI/rest.json"),
                .embedInCode("Dialects/Noticia/OpenAPI/crm.json"),
                .embedInCode("Dialects/GiddyUp/OpenAPI/brand.json"),
                .embedInCode("Dialects/RetailOS/OpenAPI/clienteling.json"),
            ]),
        shared(
            "ServiceKit",
            [
                "Edge", "Kafka", "Messaging", "Postgres", "Schema", .configuration, .httpTypes, .hummingbird, .logging,
                .metrics, .nioCore, .serviceLifecycle, .unixSignals,
            ],
            resources: [.embedInCode("RetailJobs/Migrations")]),
        // Starts Postgres, devbroker, services and nginx as child processes: the operator tool and the tests use it.
        .target(
            name: "LocalStack", dependencies: ["Postgres", "Schema", "Threading"],
            path: "infra/LocalStack", swiftSettings: settings),
        .target(
            name: "TestKit",
            dependencies: [
                "LocalStack", "Kafka", "Messaging", "Postgres", "Schema", "Edge", .asyncHTTPClient, .hummingbird,
                .httpTypes, .logging, .nioCore, .nioHTTP1, .serviceLifecycle,
            ],
            path: "Shared/TestKit", swiftSettings: settings),
        .target(name: "CBind", path: "infra/devbroker/CBind"),
        .executableTarget(
            name: "DevBroker", dependencies: ["CBind", "CRDKafka", "Schema", .argumentParser],
            path: "infra/devbroker/DevBroker", swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=bind"])]),
        .target(
            name: "Importing", dependencies: ["Schema", .crypto], path: "infra/Importing", swiftSettings: settings),
        .executableTarget(
            name: "Operator",
            dependencies: [
                "LocalStack", "TestKit", "Kafka", "Messaging", "Postgres", "Schema", "Edge", "ServiceKit", "Catalog",
                "Orders", "Consent", "Payments", "Notifications", "Importing", .argumentParser, .asyncHTTPClient,
                .httpTypes, .logging,
                .nioCore, .nioHTTP1,
            ],
            path: "infra/operator", swiftSettings: settings),
        test("Threading", ["Threading"]),
        test("Postgres", ["Postgres", "TestKit"]),
        test("Kafka", ["Kafka", "TestKit"]),
        test("Schema", ["Schema"], resources: [.copy("Golden")]),
        test("Enrichment", ["Enrichment", "Schema"]),
        test("Mail", ["Mail", "TestKit"]),
        test("Messaging", ["Messaging", "Kafka", "Postgres", "Schema", "TestKit", .logging]),
        test(
            "Edge",
            [
                "Edge", "Postgres", "Messaging", "Schema", "TestKit", .httpTypes, .logging, .nioCore, .nioPosix,
                .serviceLifecycle,
            ]),
        test("ServiceKit", ["ServiceKit", "TestKit", .logging, .metrics, .yams]),
        test("LocalStack", ["LocalStack", "Postgres", "Schema", "TestKit"]),
        test("Importing", ["Importing", "Schema", "TestKit"]),
        test("Architecture", []),
        test(
            "EndToEnd",
            [
                "TestKit", "LocalStack", "Schema", "Messaging", "Edge", "Kafka", "Catalog", "Orders", "Consent",
                "Notifications", "Payments", "ServiceKit", "Postgres", .crypto, .httpTypes, .logging,
            ]),
        test(
            "Fault",
            [
                "TestKit", "LocalStack", "Schema", "Messaging", "Kafka", "Postgres", "Consent", .nioCore, .nioHTTP1,
                .nioPosix,
            ]),
    ]
        + services.flatMap { service($0, additional[$0, default: []]) }
)
