/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.http.Body;
import retrofit2.http.POST;
import retrofit2.http.Streaming;
import retrofit2.http.Tag;
import retrofit2.http.Url;

/**
 * What InfluxDB's client is asked to do, for a service of its own: {@code WriteService} takes only
 * texts.
 */
interface InfluxWrite {

  /**
   * Posts lines.
   *
   * @param request what is sent in the end; see {@link InfluxCalls}
   * @return with a body that is not read yet
   */
  @Streaming
  @POST
  Call<ResponseBody> write(@Url String url, @Body RequestBody lines, @Tag okhttp3.Request request);
}
