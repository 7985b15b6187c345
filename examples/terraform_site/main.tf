# What is deployed. `terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json` makes plan.json.

data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

resource "aws_s3_bucket" "site" {
  bucket_prefix = "terraform-site-"
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "site"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_function" "index" {
  name    = "index"
  runtime = "cloudfront-js-2.0"
  code    = file("${path.module}/edge/index.js")
}

data "archive_file" "stamp" {
  type        = "zip"
  source_dir  = "${path.module}/edge/stamp"
  output_path = "${path.module}/stamp.zip"
}

resource "aws_lambda_function" "stamp" {
  function_name    = "stamp"
  role             = var.role
  runtime          = "python3.13"
  handler          = "app.handler"
  publish          = true
  filename         = data.archive_file.stamp.output_path
  source_code_hash = data.archive_file.stamp.output_base64sha256
}

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  comment             = "terraform site"
  default_root_object = "index.html"

  origin {
    origin_id                = aws_s3_bucket.site.id
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  origin {
    origin_id   = "api"
    domain_name = "api.example.com"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = aws_s3_bucket.site.id
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = data.aws_cloudfront_cache_policy.optimized.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.index.arn
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/api/*"
    target_origin_id       = "api"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = data.aws_cloudfront_cache_policy.disabled.id

    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = aws_lambda_function.stamp.qualified_arn
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

variable "role" {
  type        = string
  description = "The ARN of the function's role."
}
