import Foundation
import Schema
import TestKit
import Testing

@testable import Importing

@Suite struct CSVTests {
    /// The records of a text, and what is wrong with those that are none.
    private func read(
        _ text: String, _ kind: ImportKind = .profiles, separator: Character = ","
    ) throws -> [Result<JSONValue, ImportFault>] {
        let path = try TemporaryDirectory.make("import") + "/file.csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        var source = try CSVSource(
            path: path, kind: kind, from: nil, separator: try #require(separator.asciiValue))
        var records: [Result<JSONValue, ImportFault>] = []
        while let record = try source.next() { records.append(record.content) }
        return records
    }

    @Test func columnsGoWhereTheirNamesSay() throws {
        let text = """
            external_id,first_name,attributes.tier,attributes.shop.name
            crm-1,Camille,gold,Lyon
            crm-2,,007,

            """
        #expect(
            try read(text) == [
                .success([
                    "external_id": "crm-1", "first_name": "Camille",
                    "attributes": ["tier": "gold", "shop.name": "Lyon"],
                ]),
                // An empty field is left out, and an attribute stays the text that it is.
                .success(["external_id": "crm-2", "attributes": ["tier": "007"]]),
            ])
    }

    @Test func salesHaveLines() throws {
        let text = """
            external_id,total_amount_cents,line_items.0.quantity,line_items.0.product.name,line_items.1.quantity,metadata.till
            T-1,12500,2,Shirt,0.5,7
            T-2,x,1,,,
            """
        #expect(
            try read(text, .sales) == [
                .success([
                    "external_id": "T-1", "total_amount_cents": 12_500, "metadata": ["till": "7"],
                    "line_items": [
                        ["quantity": 2, "product": ["name": "Shirt"]],
                        ["quantity": try #require(JSONNumber("0.5").map(JSONValue.number))],
                    ],
                ]),
                // What is no number goes as it is, for the API to refuse.
                .success(["external_id": "T-2", "total_amount_cents": "x", "line_items": [["quantity": 1]]]),
            ])
    }

    @Test func quotesHoldSeparatorsBreaksAndQuotes() throws {
        let text = "\u{feff}external_id;first_name\r\n\"a;\"\"b\"\"\r\nc\";\"\"\r\n\r\nd;e\r\n"
        #expect(
            try read(text, separator: ";") == [
                .success(["external_id": "a;\"b\"\r\nc"]), .success(["external_id": "d", "first_name": "e"]),
            ])
    }

    @Test func faultsNameTheirLine() throws {
        let text = "external_id,first_name\n\"a\nb\",c,d\n\"e\"f,g\nh,i\nj"
        let records = try read(text)
        let faults = records.compactMap { record -> Int? in
            if case .failure(let fault) = record { fault.line } else { nil }
        }
        #expect(faults == [2, 4, 6])
        #expect(records[2] == .success(["external_id": "h", "first_name": "i"]))
    }

    @Test func bytesThatAreNoTextAreFaults() throws {
        let path = try TemporaryDirectory.make("import") + "/file.csv"
        try Data(Array("external_id\n".utf8) + [0xff, 0x0a] + Array("b\n".utf8)).write(
            to: URL(fileURLWithPath: path))
        var source = try CSVSource(path: path, kind: .profiles, from: nil, separator: UInt8(ascii: ","))
        #expect(throws: ImportFault(line: 2, code: "INVALID_CSV", message: "Field 1 is not UTF-8.")) {
            try source.next()?.content.get()
        }
        #expect(try source.next()?.content.get() == ["external_id": "b"])
    }

    @Test(arguments: ["external_id,e_mail\n", "external_id,external_id\n", "external_id,attributes.\n", "", "\"a"])
    func badHeadersStopTheImport(text: String) {
        #expect(throws: ImportError.self) { try read(text) }
    }

    @Test func aQuoteThatIsNeverClosedStopsTheImport() {
        #expect(throws: ImportError.self) { try read("external_id\na\n\"b\nc\n") }
        #expect(throws: ImportError.self) { try read("external_id\n\"" + String(repeating: "x\n", count: 600_000)) }
    }

    @Test func aLaterStartReadsTheRest() throws {
        let path = try TemporaryDirectory.make("import") + "/file.csv"
        try Data("external_id\na\n\"b\nb\"\nc\n".utf8).write(to: URL(fileURLWithPath: path))
        var whole = try CSVSource(path: path, kind: .profiles, from: nil, separator: UInt8(ascii: ","))
        var places: [FilePosition] = []
        while let record = try whole.next() { places.append(record.end) }
        #expect(places.map(\.line) == [3, 5, 6])
        var rest = try CSVSource(path: path, kind: .profiles, from: places[1], separator: UInt8(ascii: ","))
        let record = try #require(try rest.next())
        #expect(record.line == 5)
        #expect(try record.content.get() == ["external_id": "c"])
        #expect(try rest.next() == nil)
    }
}
