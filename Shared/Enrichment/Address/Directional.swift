/// The points of the compass before and behind a street's name (USPS Publication 28, section 233).
enum Directional {
    private static let abbreviations = [
        "N": "N", "NORTH": "N", "E": "E", "EAST": "E", "S": "S", "SOUTH": "S", "W": "W", "WEST": "W",
        "NE": "NE", "NORTHEAST": "NE", "NW": "NW", "NORTHWEST": "NW",
        "SE": "SE", "SOUTHEAST": "SE", "SW": "SW", "SOUTHWEST": "SW",
    ]

    /// How many of the first words are a directional, and its abbreviation.
    static func leading(_ words: ArraySlice<String>) -> (count: Int, abbreviation: String)? {
        read(Array(words.prefix(2))) ?? read(Array(words.prefix(1)))
    }

    /// How many of the last words are a directional, and its abbreviation.
    static func trailing(_ words: ArraySlice<String>) -> (count: Int, abbreviation: String)? {
        read(Array(words.suffix(2))) ?? read(Array(words.suffix(1)))
    }

    private static func read(_ words: [String]) -> (count: Int, abbreviation: String)? {
        let points = words.compactMap { abbreviations[Spelling.key($0)] }
        guard points.count == words.count else { return nil }
        switch points.count {
        case 1: return (1, points[0])
        case 2 where "NS".contains(points[0]) && "EW".contains(points[1]): return (2, points[0] + points[1])
        default: return nil
        }
    }
}
