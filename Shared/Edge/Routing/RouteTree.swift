/// A tree of path segments with values at its nodes. Literals win over parameters, where what they lead to is wanted; one
/// trailing slash is ignored.
struct RouteTree<Value: Sendable>: Sendable {
    private struct Node {
        var literals: [Substring: Int] = [:]
        var parameter: Int?
        var values: [Value] = []
    }

    private var nodes = [Node()]

    /// Adds a value at a template such as `/v1/orders/{id}`. Several may stand at one place.
    mutating func insert(_ value: Value, at template: String) {
        var current = 0
        for segment in Self.segments(of: template[...]) {
            let isParameter = segment.first == "{"
            if let next = isParameter ? nodes[current].parameter : nodes[current].literals[segment] {
                current = next
            } else {
                nodes.append(Node())
                if isParameter {
                    nodes[current].parameter = nodes.count - 1
                } else {
                    nodes[current].literals[segment] = nodes.count - 1
                }
                current = nodes.count - 1
            }
        }
        nodes[current].values.append(value)
    }

    /// The values at the path, with the segments that stand for parameters, still encoded; nil if nothing is there.
    ///
    /// - Parameter isWanted: Places without such a value only count if there is no other: `GET /profiles/search` asks for
    ///   the profile of that name though `POST /profiles/search` is something else.
    func match(
        _ path: Substring, preferring isWanted: (Value) -> Bool
    ) -> (values: [Value], parameters: [Substring])? {
        let segments = Self.segments(of: path)
        var parameters: [Substring] = []
        guard
            let node = descend(from: 0, segments[...], isWanted, &parameters)
                ?? descend(from: 0, segments[...], { _ in true }, &parameters)
        else { return nil }
        return (nodes[node].values, parameters)
    }

    /// The first value below the deepest node on the path's way that has any: what is nearest to an unknown path.
    func nearest(to path: Substring) -> Value? {
        var best = (depth: -1, node: 0)
        deepest(from: 0, Self.segments(of: path)[...], depth: 0, &best)
        return firstValue(below: best.node)
    }

    /// The names in braces, in order.
    static func parameterNames(of template: String) -> [String] {
        segments(of: template[...]).filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
    }

    static func segments(of path: Substring) -> [Substring] {
        var text = path.utf8
        if text.first == UInt8(ascii: "/") { text = text.dropFirst() }
        if text.last == UInt8(ascii: "/") { text = text.dropLast() }
        if text.isEmpty { return [] }
        return text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Substring($0) }
    }

    private func descend(
        from node: Int, _ segments: ArraySlice<Substring>, _ isWanted: (Value) -> Bool,
        _ parameters: inout [Substring]
    ) -> Int? {
        guard let segment = segments.first else { return nodes[node].values.contains(where: isWanted) ? node : nil }
        let rest = segments.dropFirst()
        if let next = nodes[node].literals[segment], let found = descend(from: next, rest, isWanted, &parameters) {
            return found
        }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        parameters.append(segment)
        if let found = descend(from: next, rest, isWanted, &parameters) { return found }
        parameters.removeLast()
        return nil
    }

    private func deepest(
        from node: Int, _ segments: ArraySlice<Substring>, depth: Int, _ best: inout (depth: Int, node: Int)
    ) {
        if depth > best.depth { best = (depth, node) }
        guard let segment = segments.first else { return }
        for next in [nodes[node].literals[segment], nodes[node].parameter].compactMap({ $0 }) {
            deepest(from: next, segments.dropFirst(), depth: depth + 1, &best)
        }
    }

    private func firstValue(below node: Int) -> Value? {
        // Nodes are numbered in the order of insertion, so the lowest number below is the first documented.
        var queue = [node]
        var found: (node: Int, value: Value)?
        while let next = queue.popLast() {
            if let value = nodes[next].values.first, found.map({ next < $0.node }) ?? true { found = (next, value) }
            queue += nodes[next].literals.values
            if let parameter = nodes[next].parameter { queue.append(parameter) }
        }
        return found?.value
    }
}
