package dev.weir.schema;

/// A place in a configuration file. Lines and columns count from 1; 0 means that the place is not known
/// (a configuration built in Java). Immutable.
public record Location(String file, int line, int column) {
    public static final Location NOWHERE = new Location("configuration", 0, 0);

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
