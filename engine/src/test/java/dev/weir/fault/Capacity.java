package dev.weir.fault;

import dev.weir.testkit.Behaviour;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// What an endpoint can do at a time: so many requests, each for so long; the others wait. Thread-safe.
final class Capacity {
    private final Duration work;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition free = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private int room;
    private int taken;

    Capacity(int room, Duration work) {
        this.room = room;
        this.work = work;
    }

    /// From now on, so many at a time.
    void become(int next) {
        lock.lock();
        try {
            room = next;
            free.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How many wait for room.
    int waiting() {
        return waiting.get();
    }

    /// Works on the request, then does this.
    Behaviour worksThen(Behaviour then) {
        return (request, wire) -> {
            wire.readBody();
            enter();
            try {
                long end = System.nanoTime() + work.toNanos();
                for (long left = work.toNanos(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            } finally {
                leave();
            }
            then.answer(request, wire);
        };
    }

    private void enter() {
        waiting.incrementAndGet();
        lock.lock();
        try {
            while (taken >= room) {
                free.awaitUninterruptibly();
            }
            taken++;
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    private void leave() {
        lock.lock();
        try {
            taken--;
            free.signal();
        } finally {
            lock.unlock();
        }
    }
}
