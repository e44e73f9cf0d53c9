import Foundation
import Schema
import TestKit
import Testing

/// Sends requests and keeps the answers, to hold them against a description at the end.
struct Journal {
    private let client: APIClient
    private let document: JSONValue
    private var answers: [JSONValue] = []

    /// - Parameter path: Where the description is.
    init(of client: APIClient, document path: String) async throws {
        self.client = client
        document = try await client.send("GET", path, headers: Shop.accept).json
    }

    /// Sends a request to a documented path with the values of its parameters.
    mutating func send(
        _ method: String, _ template: String, _ values: [String] = [], query: String = "", body: JSONValue? = nil,
        expecting status: Int = 200
    ) async throws -> JSONValue {
        let parameter = /\{[^}]+\}/
        let path = values.reduce(template) { $0.replacing(parameter, with: $1, maxReplacements: 1) }
        let target = query.isEmpty ? path : "\(path)?\(query)"
        let reply = try await client.send(method, target, body: body, headers: Shop.accept)
        #expect(reply.status == status, "\(method) \(target): \(reply.text)")
        let answer = try reply.json
        answers.append([
            "path": .string(template), "method": .string(method.lowercased()), "status": .string("\(reply.status)"),
            "answer": answer,
        ])
        return answer
    }

    /// Where answers and description differ, line by line; `checked` if nowhere.
    func faults() throws -> String {
        try Python.run(
            """
            import json, sys
            from jsonschema import Draft202012Validator
            given = json.load(sys.stdin)
            document = given["document"]
            for each in given["answers"]:
                name = " ".join((each["method"], each["path"], each["status"]))
                response = document["paths"][each["path"]][each["method"]]["responses"].get(each["status"])
                if response is None:
                    print(name, "is not described")
                    continue
                if "$ref" in response:
                    response = document["components"]["responses"][response["$ref"].split("/")[-1]]
                schema = {**document, **response["content"]["application/json"]["schema"]}
                for error in Draft202012Validator(schema).iter_errors(each["answer"]):
                    print(name, error.json_path, error.message[:300])
            print("checked")
            """, input: Data(try JSON.encode(["document": document, "answers": .array(answers)] as JSONValue)))
    }
}
