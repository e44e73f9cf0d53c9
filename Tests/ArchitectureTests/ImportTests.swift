import Testing

/// Imports flow one way, and each concern has its room.
@Suite struct ImportTests {
    static let services = (try? SourceTree.folders(below: "Services")) ?? []

    @Test func fiveServices() {
        #expect(Self.services == ["Catalog", "Consent", "Notifications", "Orders", "Payments"])
    }

    @Test(arguments: services) func noServiceImportsAnother(service: String) throws {
        let others = Set(Self.services).subtracting([service])
        for file in try SourceTree.swiftFiles(below: "Services/\(service)") {
            #expect(file.imports.isDisjoint(with: others), "\(file.path)")
        }
    }

    @Test(arguments: services) func domainImportsOnlySchema(service: String) throws {
        // Foundation's value types and pure algorithms are no I/O.
        let allowed: Set = ["Schema", "FoundationEssentials", "Crypto"]
        for file in try SourceTree.swiftFiles(below: "Services/\(service)") where file.path.contains("/Domain/") {
            #expect(file.imports.isSubset(of: allowed), "\(file.path) imports \(file.imports.subtracting(allowed))")
        }
    }

    @Test(arguments: services) func onlyStoresSpeakToPostgres(service: String) throws {
        for file in try SourceTree.swiftFiles(below: "Services/\(service)") where file.imports.contains("Postgres") {
            let isRoot = file.path == "Services/\(service)/\(service)Service.swift"
            #expect(isRoot || file.path.contains("/Store/"), "\(file.path)")
        }
    }

    @Test(arguments: services) func onlyRoutesSpeakHTTP(service: String) throws {
        for file in try SourceTree.swiftFiles(below: "Services/\(service)")
        where !file.imports.isDisjoint(with: ["Hummingbird", "HTTPTypes"]) {
            #expect(file.path.contains("/HTTP/"), "\(file.path)")
        }
    }

    @Test(arguments: services) func noServiceSpeaksToKafka(service: String) throws {
        for file in try SourceTree.swiftFiles(below: "Services/\(service)") {
            #expect(!file.imports.contains("Kafka"), "\(file.path): events go through the outbox")
        }
    }

    @Test func onlyWrappersImportC() throws {
        let homes = [
            "CLibPQ": ["Shared/Postgres/"], "CRDKafka": ["Shared/Kafka/", "infra/devbroker/"],
            "CPhoneNumber": ["Shared/Enrichment/"], "CCurl": ["Shared/Mail/"],
        ]
        let files = try ["Shared", "Services", "infra"].flatMap(SourceTree.swiftFiles(below:))
        for file in files {
            for (module, folders) in homes where file.imports.contains(module) {
                #expect(folders.contains { file.path.hasPrefix($0) }, "\(file.path) imports \(module)")
            }
        }
    }

    @Test func wrappersKnowNothingOfCommerce() throws {
        let wrappers = ["Shared/Postgres", "Shared/Kafka", "Shared/Mail", "Shared/Threading"]
        let files = try wrappers.flatMap(SourceTree.swiftFiles(below:))
        let ours: Set = ["Schema", "Messaging", "Edge", "ServiceKit"]
        for file in files {
            #expect(file.imports.isDisjoint(with: ours), "\(file.path)")
        }
    }

    @Test func enrichmentDoesNoInputOrOutput() throws {
        for file in try SourceTree.swiftFiles(below: "Shared/Enrichment") {
            #expect(file.imports.isSubset(of: ["Schema", "CPhoneNumber"]), "\(file.path)")
        }
    }

    @Test func schemaDoesNoInputOrOutput() throws {
        // The C library tells the time.
        let allowed: Set = ["FoundationEssentials", "Crypto", "Synchronization", "Glibc", "Darwin", "Musl"]
        for file in try SourceTree.swiftFiles(below: "Shared/Schema") {
            #expect(file.imports.isSubset(of: allowed), "\(file.path)")
        }
    }
}
