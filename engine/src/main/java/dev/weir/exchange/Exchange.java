package dev.weir.exchange;

import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.preamble.Ends;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request with its response, or one connection that is passed on as it is. Made when a request's first byte arrives and reused for another one when it
/// is over; everything about it happens on the event loop of its client connection, and nobody keeps it.
public final class Exchange {
    /// What the scheme is of a connection that is no request: see [#scheme].
    public static final String TCP = "tcp";

    private static final InetAddress UNKNOWN = InetAddress.ofLiteral("0.0.0.0");
    private static final Ends NOWHERE =
            new Ends(new InetSocketAddress(UNKNOWN, 0), new InetSocketAddress(UNKNOWN, 0));
    private static final String[] NO_PARAMETERS = {};

    private final RequestHead request = new RequestHead();
    private ResponseHead response = new ResponseHead();

    /// Who connected, and on whose behalf: equal unless a trusted proxy says otherwise.
    private InetAddress peer = UNKNOWN;

    private InetAddress client = UNKNOWN;
    private Ends ends = NOWHERE;
    private String listener = "";
    private String scheme = "http";
    private String id = "";
    private @Nullable TlsFacts tls;
    private @Nullable Identity identity;
    private @Nullable Trace trace;
    private Priority priority = Priority.NORMAL;
    private long bodyLimit = Long.MAX_VALUE;
    private String[] parameterNames = NO_PARAMETERS;
    private int[] parameterRanges = {};

    /// How many of the route's filters have been asked, which one is at work, and a number each may keep.
    private int filtersAsked;

    private int filterAtWork;
    private long[] filterNotes = new long[4];

    /// What the access log and metrics tell. Written by the steps of the way.
    public final Record record = new Record();

    /// What is known about an exchange when it is over. Nanoseconds of the loop's clock; 0 = did not happen.
    public static final class Record {
        public String route = "";
        public String service = "";
        public String endpoint = "";
        public int status;
        public int attempts;

        /// Endpoint and reason of each attempt that failed and was not the last, one after the other.
        public final List<String> failedAttempts = new ArrayList<>(0);

        /// When each of these began and ended.
        private long[] failedNanos = {};

        /// Whether there was no other attempt because the service's budget was spent.
        public boolean budgetSpent;

        /// Whether a rate limit that only counts would have refused it.
        public boolean wouldBeLimited;

        public @Nullable Failure failure;

        /// Who ended a connection that was passed on as it is, in order; null if there was none, or it failed.
        public Failure.@Nullable Fault finishedBy;

        /// The name that a TLS connection asked for that was passed on as it is, or empty.
        public String serverName = "";

        /// What `Retry-After` says where a failure has none of its own; 0 = nothing.
        public int retryAfterSeconds;

        /// First byte of the head, whole head, connection to the endpoint wanted, had, first byte of the answer.
        public long beganNanos;

        public long headNanos;
        public long pickedNanos;

        /// When it was refused after waiting for a place at the service.
        public long refusedNanos;

        public long connectedNanos;
        public long firstByteNanos;
        public long endedNanos;
        public long bytesIn;
        public long bytesOut;

        /// Whether client and endpoint were joined, as they are by a WebSocket: then the request lasts as long as they like.
        public boolean joined;

        /// Whether somebody who may ask wants to know what becomes of this request.
        public boolean explained;

        public void failedAttempt(
                String endpoint, String reason, long attemptBegan, long attemptEnded) {
            int before = failedAttempts.size();
            failedAttempts.add(endpoint);
            failedAttempts.add(reason);
            if (failedNanos.length < before + 2) {
                failedNanos = Arrays.copyOf(failedNanos, 2 * (before + 2));
            }
            failedNanos[before] = attemptBegan;
            failedNanos[before + 1] = attemptEnded;
        }

        /// When a failed attempt began.
        ///
        /// @param index counts them from 0
        public long failedBegan(int index) {
            return failedNanos[2 * index];
        }

        /// When a failed attempt ended.
        ///
        /// @param index counts them from 0
        public long failedEnded(int index) {
            return failedNanos[2 * index + 1];
        }

        /// Who ended it.
        public Failure.Fault endedBy() {
            Failure why = failure;
            Failure.Fault whose = why == null ? finishedBy : why.fault();
            if (whose != null) {
                return whose;
            }
            return firstByteNanos == 0 ? Failure.Fault.WEIR : Failure.Fault.ENDPOINT;
        }

        void clear() {
            route = service = endpoint = "";
            status = attempts = retryAfterSeconds = 0;
            failedAttempts.clear();
            budgetSpent = wouldBeLimited = explained = joined = false;
            failure = null;
            finishedBy = null;
            serverName = "";
            beganNanos = headNanos = pickedNanos = refusedNanos = connectedNanos = 0;
            firstByteNanos = endedNanos = bytesIn = bytesOut = 0;
        }
    }

    /// Forgets everything, for the next request.
    public void clear() {
        request.clear();
        response.clear();
        peer = client = UNKNOWN;
        ends = NOWHERE;
        listener = "";
        scheme = "http";
        id = "";
        tls = null;
        identity = null;
        trace = null;
        priority = Priority.NORMAL;
        bodyLimit = Long.MAX_VALUE;
        parameterNames = NO_PARAMETERS;
        filtersAsked = filterAtWork = 0;
        record.clear();
    }

    public RequestHead request() {
        return request;
    }

    public ResponseHead response() {
        return response;
    }

    /// Takes another head, of the attempt that was fastest.
    ///
    /// @return the one that is not needed any more
    public ResponseHead response(ResponseHead other) {
        ResponseHead before = response;
        response = other;
        return before;
    }

    /// The address at the other end of the connection.
    public InetAddress peer() {
        return peer;
    }

    /// The client's address: the peer's, or what a trusted proxy says.
    public InetAddress client() {
        return client;
    }

    /// Called by the listener, before routing.
    public void cameFrom(InetAddress peer, InetAddress client, String listener, String scheme) {
        this.peer = peer;
        this.client = client;
        this.listener = listener;
        this.scheme = scheme;
    }

    /// The ends of the client's connection.
    public Ends ends() {
        return ends;
    }

    /// Called by the listener, when the exchange begins.
    public void ends(Ends ends) {
        this.ends = ends;
    }

    /// The listener's name.
    public String listener() {
        return listener;
    }

    /// `http` or `https`, as the client sees it; [#TCP] for a connection that is passed on as it is.
    public String scheme() {
        return scheme;
    }

    /// Whether bytes go to and fro as they are, so that there is no answer to wait for.
    public boolean passedOn() {
        return record.joined || scheme.equals(TCP);
    }

    /// The request id, in visible ASCII.
    public String id() {
        if (id.isEmpty()) {
            id = request.requestId();
        }
        return id;
    }

    public void id(String id) {
        this.id = id;
    }

    /// What is known of the client's connection if it is encrypted, else null.
    public @Nullable TlsFacts tls() {
        return tls;
    }

    /// Called by the listener, before routing.
    public void tls(TlsFacts tls) {
        this.tls = tls;
    }

    /// Who the caller is, or null as long as no filter has made sure of it.
    public @Nullable Identity identity() {
        return identity;
    }

    public void identity(Identity identity) {
        this.identity = identity;
    }

    /// What is noted for a trace, or null if the request is not traced.
    public @Nullable Trace trace() {
        return trace;
    }

    public void trace(Trace trace) {
        this.trace = trace;
    }

    /// How much it matters that this request is answered.
    public Priority priority() {
        return priority;
    }

    public void priority(Priority priority) {
        this.priority = priority;
    }

    /// Most bytes of the request's body; more are answered 413.
    public long bodyLimit() {
        return bodyLimit;
    }

    /// Lowers the limit; it is never raised.
    public void limitBody(long bytes) {
        bodyLimit = Math.min(bodyLimit, bytes);
    }

    /// The text of a path segment that the route's pattern names, percent-encoded as it came, or null.
    public @Nullable String pathParameter(String name) {
        for (int i = 0; i < parameterNames.length; i++) {
            if (parameterNames[i].equals(name)) {
                return new String(
                        request.bytes(),
                        parameterRanges[2 * i],
                        parameterRanges[2 * i + 1] - parameterRanges[2 * i],
                        StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    /// An array for the ranges of so many named segments, reused from request to request. Called by the route table.
    public int[] parameterRanges(int names) {
        if (parameterRanges.length < 2 * names) {
            parameterRanges = new int[2 * names];
        }
        return parameterRanges;
    }

    /// Called by the route table.
    ///
    /// @param ranges start and end of each named segment in the request's bytes
    public void pathParameters(String[] names, int[] ranges) {
        parameterNames = names;
        parameterRanges = ranges;
    }

    /// How many filters of the route's chain have been asked about this request.
    public int filtersAsked() {
        return filtersAsked;
    }

    /// Called by the chain before it asks the filter at a place about the request.
    public void askingFilter(int place) {
        filtersAsked = place + 1;
        filterAtWork = place;
        if (place >= filterNotes.length) {
            filterNotes = Arrays.copyOf(filterNotes, 2 * filterNotes.length);
        }
        filterNotes[place] = 0;
    }

    /// Called by the chain before it shows the answer to the filter at a place.
    public void answeringFilter(int place) {
        filterAtWork = place;
    }

    /// What the filter at work noted about this request, or 0.
    public long filterNote() {
        return filterNotes[filterAtWork];
    }

    /// Keeps a number for the same filter's look at the answer.
    public void filterNote(long note) {
        filterNotes[filterAtWork] = note;
    }
}
