import ArgumentParser
import Edge
import Foundation
import LocalStack

struct TargetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "target", abstract: "Prints the stack's address and the demo account's keys as JSON.",
        discussion: "It is the target.json that conformance checkers and load generators read.")

    @OptionGroup var stack: StackOptions

    private struct Target: Encodable {
        let baseURL: String
        let keys: [String: String]
        let brandID = "0"

        enum CodingKeys: String, CodingKey {
            case baseURL = "base_url"
            case keys
            case brandID = "brand_id"
        }
    }

    func run() async throws {
        let state = try stack.running()
        let secrets = try Secrets(file: stack.place.secrets)
        let keys = DialectName.allCases.map { dialect in
            (dialect == .management ? "admin" : dialect.rawValue, secrets.demoKey(dialect))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let target = Target(baseURL: state.baseURL, keys: Dictionary(uniqueKeysWithValues: keys))
        print(String(decoding: try encoder.encode(target), as: UTF8.self))
    }
}
