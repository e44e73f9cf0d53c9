import Foundation
import Testing

/// Every service looks like every other.
@Suite struct LayoutTests {
    static let rooms: Set = ["HTTP", "Domain", "Events", "Jobs", "Store", "Migrations", "Main"]

    @Test(arguments: ImportTests.services) func onlyTheNamedRooms(service: String) throws {
        let folders = try SourceTree.folders(below: "Services/\(service)")
        #expect(Set(folders).subtracting(Self.rooms) == [])
    }

    @Test(arguments: ImportTests.services) func mainIsShort(service: String) throws {
        let main = try SourceTree.swiftFiles(below: "Services/\(service)/Main")
        #expect(main.map(\.path) == ["Services/\(service)/Main/\(service)Main.swift"])
        #expect(main.allSatisfy { $0.text.split(separator: "\n").count <= 30 })
    }

    /// The composition root must name each migration, since SwiftPM embeds files without a list of them.
    @Test(arguments: ImportTests.services) func everyMigrationIsListed(service: String) throws {
        let folder = SourceTree.root.appending(path: "Services/\(service)/Migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        let root = try String(
            contentsOf: SourceTree.root.appending(path: "Services/\(service)/\(service)Service.swift"), encoding: .utf8)
        let listed = root.matches(of: /name: "(?<name>[^"]+\.sql)"/).map { String($0.output.name) }
        #expect(listed == files)
        let numbers = files.compactMap { Int($0.prefix(4)) }
        #expect(numbers == Array(1..<(files.count + 1)), "numbers are unique and contiguous")
    }

    @Test func filesKeepTheirSize() throws {
        for file in try ["Shared", "Services", "infra"].flatMap(SourceTree.swiftFiles(below:)) {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 410, "\(file.path) has \(lines) lines")
        }
    }
}
