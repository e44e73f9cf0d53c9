import Foundation
import Testing

/// What the README tells newcomers to send must mean something to a stack that has just been started.
@Suite struct ReadmeTests {
    @Test func itsExamplesBuyWhatTheDemoSells() throws {
        let readme = try text("README.md")
        let listings = try JSONSerialization.jsonObject(with: Data(text("infra/demo/listings.json").utf8))
        let sold = try #require(listings as? [String: Any]).keys
        let bought = readme.matches(of: /"(demo-[a-z0-9-]+)"/).map { String($0.output.1) }
        #expect(!bought.isEmpty)
        #expect(Set(bought).subtracting(sold) == [])
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
    }
}
