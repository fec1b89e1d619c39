package dev.weir.cli.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/// A gateway as its stream of events tells: a picture first, then changes of it (RFC 7396). Confined to one thread.
final class LivePicture {
    private ObjectNode whole = AdminApi.JSON.createObjectNode();

    /// Takes an event.
    ///
    /// @return whether the picture may be another one now
    boolean take(ServerEvents.Event event) throws IOException {
        return switch (event.name()) {
            case "picture" -> {
                whole = object(event.data());
                yield true;
            }
            case "change" -> {
                merge(whole, object(event.data()));
                yield true;
            }
            default -> false;
        };
    }

    JsonNode now() {
        return whole;
    }

    private static ObjectNode object(String json) throws IOException {
        try {
            if (AdminApi.JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
            throw new IOException("the gateway tells something else than a picture");
        } catch (JsonProcessingException e) {
            throw new IOException("the gateway tells what is no JSON", e);
        }
    }

    private static void merge(ObjectNode into, JsonNode change) {
        for (Map.Entry<String, JsonNode> member : change.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (value.isNull()) {
                into.remove(name);
            } else if (value.isObject()) {
                ObjectNode inside =
                        into.get(name) instanceof ObjectNode here ? here : into.putObject(name);
                merge(inside, value);
            } else {
                into.set(name, value);
            }
        }
    }
}
