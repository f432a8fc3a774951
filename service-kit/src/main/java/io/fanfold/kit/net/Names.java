package io.fanfold.kit.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up; literal addresses are answered as they are. */
interface Names {

  Names SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  List<InetAddress> lookUp(String host) throws UnknownHostException;
}
